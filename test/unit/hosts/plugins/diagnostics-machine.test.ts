import { describe, expect, it } from 'vitest';
import { createActor, fromPromise } from 'xstate';
import type { Pass } from '../../../../hosts/plugins/diagnostics/collector.ts';
import { type DiagnosticsConfiguration, type DiagnosticsSource, withoutFile } from '../../../../hosts/plugins/diagnostics/configuration.ts';
import { diagnosticsMachine } from '../../../../hosts/plugins/diagnostics/diagnostics.machine.ts';
import { steppingClock } from '../../../../kernel/stepping-clock.ts';

const minute = 60_000;
const nothing: Pass = { files: 0, bytes: 0, troubles: [], removed: [] };

function source(kind: DiagnosticsSource['kind'], periodMs: number): DiagnosticsSource {
  return { kind, periodMs, quotaBytes: 1, directories: [], eventLogs: [], levels: 'Undefined' };
}

/** Lets promises settle that need no time. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

async function play(initialize: () => Promise<DiagnosticsConfiguration>) {
  const clock = steppingClock();
  const trace: string[] = [];
  const open: (() => void)[] = [];
  const machine = diagnosticsMachine(
    {
      initialize: fromPromise(initialize),
      collect: ({ kind }) => {
        trace.push(`${kind} begins at ${clock.now() / minute}`);
        return new Promise((resolve) => open.push(() => resolve(nothing)));
      },
    },
    {
      initialized: () => trace.push('initialized'),
      failed: (reason) => trace.push(`failed: ${reason}`),
      collected: ({ kind }) => trace.push(`${kind} is collected`),
    },
  );
  const actor = createActor(machine, { clock });
  actor.start();
  await settle();
  const finishPass = async () => {
    open.shift()?.();
    await settle();
  };
  return { clock, trace, actor, finishPass };
}

describe('DiagnosticsAgent', () => {
  it('collects each source at its own rhythm, the first time after one period', async () => {
    const configuration = { ...withoutFile, sources: [source('Logs', minute), source('Directories', 2.5 * minute)] };
    const { clock, trace, finishPass } = await play(async () => configuration);
    for (let passed = 0; passed < 5; passed += 1) {
      clock.advance(minute / 2);
      await finishPass();
    }
    expect(trace).toEqual([
      'initialized',
      'Logs begins at 1',
      'Logs is collected',
      'Logs begins at 2',
      'Logs is collected',
      'Directories begins at 2.5',
      'Directories is collected',
    ]);
  });

  it('never begins a pass before the one before it is over, and counts the period from there', async () => {
    const { clock, trace, finishPass } = await play(async () => ({ ...withoutFile, sources: [source('Logs', minute)] }));
    clock.advance(5 * minute);
    await settle();
    expect(trace).toEqual(['initialized', 'Logs begins at 1']);
    await finishPass();
    clock.advance(minute);
    expect(trace.slice(2)).toEqual(['Logs is collected', 'Logs begins at 6']);
  });

  it('sets no timer when nothing is to be transferred', async () => {
    const { clock, trace } = await play(async () => withoutFile);
    expect([trace, clock.pending()]).toEqual([['initialized'], 0]);
  });

  it('ends when its configuration cannot be used', async () => {
    const { actor, trace, clock } = await play(() => Promise.reject(new Error('no such directory')));
    expect([trace, actor.getSnapshot().status, clock.pending()]).toEqual([['failed: no such directory'], 'done', 0]);
  });
});
