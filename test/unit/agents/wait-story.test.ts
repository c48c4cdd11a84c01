import { describe, expect, it } from 'vitest';
import { waitStory } from '../../../agents/guest-agent/wait-story.ts';
import { resolveTimings } from '../../../contracts/timings.ts';
import { steppingClock } from '../../../kernel/stepping-clock.ts';

function story() {
  const [log, told]: [string[], string[]] = [[], []];
  const clock = steppingClock();
  const write = (text: string) => void log.push(text);
  const runtime = { error: write, warn: write, info: write, heart: write, lost: 0, close: () => {} };
  const waits = waitStory({ timings: resolveTimings(1), clock, runtime, bootstrapperLog: '/none', notice: (text) => told.push(text) });
  return { waits, clock, log, told };
}

describe('what the guest agent says of those it waits for', () => {
  it('is in the log alone when an answer is late, and told when it is missing, until it comes', () => {
    const { waits, clock, log, told } = story();
    waits.heard(42);
    clock.advance(6_000);
    waits.silence('late');
    waits.answersAgain();
    waits.heard();
    expect([log.splice(0), told]).toEqual([
      ['WaHostBootstrapper (42) has not answered for 6 s.', 'WaHostBootstrapper (42) answers again after 6 s.'],
      [],
    ]);
    clock.advance(6_000);
    waits.silence('late');
    clock.advance(5_000);
    waits.silence('silent');
    clock.advance(49_000);
    waits.answersAgain();
    waits.heard();
    expect(told).toEqual([
      'WaHostBootstrapper (42) has not answered for 11 s: it is taken to be busy and waited for.',
      'WaHostBootstrapper (42) answers again after 60 s.',
    ]);
    expect(log.slice(1)).toEqual(told);
  });

  it('names what is overdue, and what is done about it', () => {
    const { waits, clock, told } = story();
    waits.heard(42);
    clock.advance(305_000);
    for (const what of ['stop', 'kill', 'prepare'] as const) waits.overdue(what);
    expect(told).toEqual([
      'WaHostBootstrapper (42) was told to stop and has not answered for 305 s; it is killed.',
      'WaHostBootstrapper (42) was killed and has not ended after 5 s; its job is ended without it.',
      'The guest is being prepared for 300 s: LocalStorage and C:\\Config are waited for without limit.',
    ]);
  });
});
