import { describe, expect, it } from 'vitest';
import { createActor, fromPromise } from 'xstate';
import type { FeedItem, InstanceEntry } from '../../../contracts/control-api.ts';
import type { HotpatchMode, HotpatchStep } from '../../../contracts/hotpatch-report.ts';
import type { InstanceStatus } from '../../../contracts/instance-status.ts';
import { resolveTimings } from '../../../contracts/timings.ts';
import { steppingClock } from '../../../kernel/stepping-clock.ts';
import { hotpatchMachine } from '../../../rehearsal/hotpatch/hotpatch.machine.ts';
import type { HotpatchActors, HotpatchEvent } from '../../../rehearsal/hotpatch/hotpatch.words.ts';
import { hotpatchTimings } from '../../../rehearsal/hotpatch/hotpatch-timings.ts';

const instance = 'Worker_IN_0';
const never = new Promise<never>(() => {});

type Acts = { readonly [Name in keyof HotpatchActors]: () => Promise<unknown> };

const quick: Acts = {
  stage: async () => 'staged',
  breakIn: async () => 'broken into',
  killBootstrapper: async () => 'killed bootstrapper',
  hostGone: async () => 'host is gone',
  killHost: async () => 'killed host',
  copy: async () => ({ text: 'copied', backup: 'E:\\approot\\W.dll.bak' }),
  detach: async () => 'detached',
  readVersion: async () => ({ text: 'loaded', sha256: 'fix', isFix: true }),
};

function begin(mode: HotpatchMode, acts: Partial<Acts> = {}) {
  const clock = steppingClock();
  const told: HotpatchStep[] = [];
  const done: string[] = [];
  const actors = Object.fromEntries(
    Object.entries({ ...quick, ...acts }).map(([name, act]) => [
      name,
      fromPromise(() => {
        done.push(name);
        return act();
      }),
    ]),
  ) as unknown as HotpatchActors;
  const machine = hotpatchMachine(actors, {
    instance,
    mode,
    timings: hotpatchTimings(1, resolveTimings(1)),
    now: () => clock.now(),
    sinceBegin: () => clock.now(),
    tell: (step) => told.push(step),
  });
  const actor = createActor(machine, { clock });
  actor.start();
  return {
    clock,
    told,
    done,
    actor,
    tell: (item: FeedItem) => actor.send({ type: 'feed.item', item } satisfies HotpatchEvent),
    outcomes: () => told.map(({ step, outcome }) => `${step} ${outcome}`),
    last: () => told.at(-1),
  };
}

/** Lets promises that are settled be heard. */
const heard = () => new Promise((resolve) => setImmediate(resolve));
const at = new Date(1_000).toISOString();
const status = (state: InstanceStatus, details = ''): FeedItem => ({
  type: 'status',
  at,
  instance: { name: instance, state, details } as InstanceEntry,
});
const started = (name: string, pid: number): FeedItem => ({ type: 'process.started', at, instance, name, pid });

type Rehearsal = ReturnType<typeof begin>;

async function startRole({ tell }: Rehearsal): Promise<void> {
  for (const item of [started('WaHostBootstrapper', 20), started('WaWorkerHost', 21), status('BusyRole'), status('ReadyRole')]) tell(item);
  await heard();
}

describe('the procedure of a hot patch', () => {
  it('takes the seven steps in their order, without the kill by hand when the host goes with its job', async () => {
    const rehearsal = begin('window');
    await heard();
    await startRole(rehearsal);
    rehearsal.clock.advance(5_000);
    expect(rehearsal.done).toEqual(['stage', 'killBootstrapper', 'hostGone', 'copy', 'readVersion']);
    expect(rehearsal.outcomes()).toEqual(['1 done', '2 done', '3 done', '4 not needed', '5 done', '6 done', '7 done']);
    expect(rehearsal.actor.getSnapshot().output).toMatchObject({ byHand: false, running: 'fix', backup: 'E:\\approot\\W.dll.bak' });
    expect(rehearsal.clock.pending()).toBe(0);
  });

  it('breaks into the agent first in mode debugger, kills the host by hand and detaches after the copy', async () => {
    const rehearsal = begin('debugger');
    await heard();
    await startRole(rehearsal);
    rehearsal.clock.advance(5_000);
    expect(rehearsal.done).toEqual(['stage', 'breakIn', 'killBootstrapper', 'killHost', 'copy', 'detach', 'readVersion']);
    expect(rehearsal.outcomes()).toEqual(['1 done', '2 done', '3 not needed', '4 done', '5 done', '6 done', '7 done']);
    expect(rehearsal.actor.getSnapshot().output?.byHand).toBe(true);
  });

  it('kills by hand a host that is there five seconds after its job should have ended, and not before', async () => {
    const rehearsal = begin('window', { hostGone: () => never });
    await heard();
    rehearsal.clock.advance(7_999);
    await heard();
    expect(rehearsal.done).not.toContain('killHost');
    rehearsal.clock.advance(1);
    await heard();
    expect(rehearsal.done).toContain('killHost');
    expect(rehearsal.outcomes()).toEqual(['1 done', '2 done', '3 done', '4 done', '5 done']);
  });

  it('hears a restart that comes while the copy is still made', async () => {
    let copied = () => {};
    const rehearsal = begin('window', {
      copy: () => new Promise((resolve) => (copied = () => resolve({ text: 'copied' }))),
    });
    await heard();
    await startRole(rehearsal);
    copied();
    await heard();
    expect(rehearsal.outcomes()).toContain('6 done');
  });

  it.each([
    ['stage', 1, 'the file system has not finished the copy to C:'],
    ['breakIn', 2, 'the emulator has not broken into WindowsAzureGuestAgent'],
    ['killBootstrapper', 2, 'the system has not ended WaHostBootstrapper'],
    ['killHost', 4, 'the system has not ended the role host'],
    ['copy', 5, 'the emulator has not finished the copy'],
    ['detach', 6, 'the emulator has not let WindowsAzureGuestAgent go on'],
  ] as const)('says what was awaited from whom when %s takes too long', async (name, step, text) => {
    const rehearsal = begin('debugger', { [name]: () => never });
    await heard();
    rehearsal.clock.advance(10_000);
    await heard();
    expect(rehearsal.last()).toMatchObject({ step, outcome: 'failed', text: expect.stringContaining(text) });
    expect(rehearsal.actor.getSnapshot().status).toBe('done');
  });

  it('says that the agent has not started the bootstrapper, and that the role has not become Ready', async () => {
    const silent = begin('window');
    await heard();
    silent.clock.advance(65_000);
    expect(silent.last()).toMatchObject({
      step: 6,
      outcome: 'failed',
      text: expect.stringContaining('has not started WaHostBootstrapper again'),
    });
    const slow = begin('window');
    await heard();
    slow.tell(started('WaHostBootstrapper', 20));
    slow.clock.advance(1_800_000);
    expect(slow.last()).toMatchObject({ step: 6, outcome: 'failed', text: expect.stringContaining('have not come to Ready') });
  });

  it('ends with the details when the role stops again, and not for the state of the role that was killed', async () => {
    const rehearsal = begin('window');
    await heard();
    rehearsal.tell(status('RestartingRole', 'WaHostBootstrapper is gone.'));
    expect(rehearsal.actor.getSnapshot().status).toBe('active');
    rehearsal.tell(started('WaHostBootstrapper', 20));
    rehearsal.tell(status('RestartingRole', 'Startup task "once.cmd" exited with code 3.'));
    expect(rehearsal.last()).toMatchObject({
      step: 6,
      outcome: 'failed',
      text: 'RestartingRole: Startup task "once.cmd" exited with code 3.',
    });
  });

  it('fails when another version runs, and when the new one falls over', async () => {
    const other = begin('window', { readVersion: async () => ({ text: 'not the fix', sha256: 'old', isFix: false }) });
    await heard();
    await startRole(other);
    expect(other.last()).toMatchObject({ step: 7, outcome: 'failed', text: 'not the fix' });
    const weak = begin('window');
    await heard();
    await startRole(weak);
    weak.clock.advance(4_999);
    weak.tell(status('RestartingRole', 'Unhandled Exception'));
    expect(weak.last()).toMatchObject({
      step: 7,
      outcome: 'failed',
      text: 'the new version has fallen over: RestartingRole: Unhandled Exception',
    });
  });

  it('tells a refusal by its reason, and an emulator that has ended', async () => {
    const refused = begin('window', { copy: () => Promise.reject(new Error('E:\\approot\\W.dll is in use')) });
    await heard();
    expect(refused.last()).toMatchObject({ step: 5, outcome: 'failed', text: 'E:\\approot\\W.dll is in use' });
    const left = begin('window');
    await heard();
    left.actor.send({ type: 'feed.ended' });
    expect(left.last()).toMatchObject({ step: 6, outcome: 'failed', text: 'the emulator has ended meanwhile' });
  });

  it('can be broken off at every step', async () => {
    for (const name of Object.keys(quick) as (keyof Acts)[]) {
      const rehearsal = begin('debugger', { [name]: () => never });
      await heard();
      if (name === 'readVersion') await startRole(rehearsal);
      rehearsal.actor.send({ type: 'interrupt' });
      expect(rehearsal.actor.getSnapshot(), name).toMatchObject({ status: 'done', output: { interrupted: true } });
      expect(rehearsal.clock.pending()).toBe(0);
    }
  });
});
