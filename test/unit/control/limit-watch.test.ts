import { describe, expect, it } from 'vitest';
import type { InstanceStatus } from '../../../contracts/instance-status.ts';
import { resolveTimings } from '../../../contracts/timings.ts';
import { durationText } from '../../../control/duration-text.ts';
import { createFeed } from '../../../control/emulator/feed.ts';
import { limitWatch } from '../../../control/emulator/limit-watch.ts';
import { steppingClock } from '../../../kernel/stepping-clock.ts';

const minute = 60_000;

/** Lets an instance enter states, each at so many Azure minutes, and tells what is said of it, with the minute. */
function told(states: readonly (readonly [minutes: number, state: InstanceStatus])[], untilMinutes: number, speed = 1): readonly string[] {
  const clock = steppingClock();
  const feed = createFeed();
  const texts: string[] = [];
  feed.follow((item) => {
    if (item.type === 'notice') texts.push(`${clock.now() / minute}: ${item.instance} ${item.text}`);
  });
  const watch = limitWatch(feed, clock, resolveTimings(speed), speed);
  for (const [minutes, state] of states) {
    clock.advance(minutes * minute - clock.now());
    watch({ name: 'W_IN_0', state });
  }
  clock.advance(untilMinutes * minute - clock.now());
  return texts;
}

const late = 'W_IN_0 has been 30 min on its way to Ready: the fabric goes on with the next upgrade domain after 30 min (S1)';

describe('the watch over the limits', () => {
  it('tells of thirty minutes on the way to Ready at that moment, once', () => {
    expect(
      told(
        [
          [0, 'StartingVM'],
          [1, 'CreatingRole'],
          [2, 'StartingRole'],
          [3, 'BusyRole'],
        ],
        100,
      ),
    ).toEqual([`31: ${late}`]);
  });

  it('tells nothing of a role that becomes Ready in time, nor of one that is Busy later', () => {
    expect(
      told(
        [
          [0, 'StartingRole'],
          [29, 'ReadyRole'],
          [40, 'BusyRole'],
        ],
        100,
      ),
    ).toEqual([]);
  });

  it('counts each attempt anew', () => {
    expect(
      told(
        [
          [0, 'StartingRole'],
          [20, 'RestartingRole'],
          [21, 'StartingRole'],
          [41, 'CyclingRole'],
        ],
        100,
      ),
    ).toEqual([]);
  });

  it('does not stop counting because the guest agent is silent', () => {
    expect(
      told(
        [
          [0, 'StartingRole'],
          [10, 'UnresponsiveRole'],
        ],
        100,
      ),
    ).toEqual([`30: ${late}`]);
  });

  it('tells of the five minutes of OnStop', () => {
    expect(
      told(
        [
          [0, 'ReadyRole'],
          [10, 'StoppingRole'],
        ],
        100,
        2,
      ),
    ).toEqual(['15: W_IN_0 has been stopping its role for 5 min of Azure time: OnStop has 5 min, then its host is killed (S1)']);
    expect(
      told(
        [
          [0, 'ReadyRole'],
          [10, 'StoppingRole'],
          [14, 'StoppingVM'],
        ],
        100,
      ),
    ).toEqual([]);
  });
});

describe('a duration', () => {
  it('is told in its two largest units', () => {
    const texts = [0, 850, 1_000, 8_449, 59_999, 60_000, 2_050_000, 7_380_000, 90_000_000].map(durationText);
    expect(texts).toEqual(['0 ms', '850 ms', '1 s', '8.4 s', '59 s', '1 min', '34 min 10 s', '2 h 3 min', '1 d 1 h']);
  });
});
