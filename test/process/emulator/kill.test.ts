import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PsEntry } from '../../../contracts/control-api.ts';
import { isAlive, processIdentity } from '../../../kernel/process-table/index.ts';
import { type Place, places, type RunningEmulator } from '../../support/emulator/start-emulator.ts';

const openPlace = places(afterAll);
let place: Place;
let up: RunningEmulator;
beforeAll(async () => {
  place = openPlace('steady');
  // Each test is a first failure.
  up = place.up({ timings: { stableReadyMs: 0 } });
  await up.ready();
});

const byName = (processes: readonly PsEntry[]) => new Map(processes.map((process) => [`${process.instance} ${process.name}`, process]));

/** What lives now has lived before or has taken the place of something that is dead; both by name. */
function compare(before: readonly PsEntry[], after: readonly PsEntry[]) {
  const now = byName(after);
  const pairs = [...byName(before)].map(([key, process]) => ({ key, before: process, after: now.get(key) }));
  return {
    replaced: pairs.filter((pair) => pair.after !== undefined && pair.after.pid !== pair.before.pid).map(({ key }) => key),
    missing: pairs.filter((pair) => pair.after === undefined).map(({ key }) => key),
    // The start time counts: a pid may have been given to somebody else meanwhile.
    leftOver: pairs.filter((pair) => pair.after?.pid !== pair.before.pid && isStill(pair.before)).map(({ key }) => key),
  };
}

function isStill({ pid }: PsEntry): boolean {
  const startTicks = seen.get(pid);
  return startTicks !== undefined && isAlive({ pid, startTicks });
}

/** Start ticks of every process that was listed, by pid. */
const seen = new Map<number, string>();

async function listed(): Promise<PsEntry[]> {
  const processes = await up.ps();
  for (const { pid } of processes) {
    const identity = processIdentity(pid);
    if (identity !== undefined) seen.set(pid, identity.startTicks);
  }
  return processes;
}

describe('a kill of', () => {
  it.each([
    ['WindowsAzureGuestAgent', 'Worker_IN_0', ['WindowsAzureGuestAgent', 'WaHostBootstrapper', 'collect.js', 'WaWorkerHost']],
    ['WaHostBootstrapper', 'Worker_IN_0', ['WaHostBootstrapper', 'collect.js', 'WaWorkerHost']],
    ['WaWorkerHost', 'Worker_IN_0', ['WaHostBootstrapper', 'collect.js', 'WaWorkerHost']],
    ['WaHostBootstrapper', 'Program_IN_0', ['WaHostBootstrapper', 'WaWorkerHost', 'serve.js']],
    ['WaWorkerHost', 'Program_IN_0', ['WaHostBootstrapper', 'WaWorkerHost', 'serve.js']],
    ['serve.js', 'Program_IN_0', ['WaHostBootstrapper', 'WaWorkerHost', 'serve.js']],
  ])('%s of %s brings the role back to Ready, with nothing left from before and nothing else touched', async (name, instance, replaced) => {
    const before = await listed();
    const from = up.story.now;
    const { killed } = await up.kill(name, instance);
    const { instances } = await up.status();
    expect(killed).toEqual([{ instance, name, pid: byName(before).get(`${instance} ${name}`)?.pid }]);
    expect(instances.find((entry) => entry.name === instance)?.state).not.toBe('ReadyRole');

    await up.story.started(instance, 'WaHostBootstrapper', from);
    const bootstrapperStart = up.story.items.findIndex(
      (item, index) => index >= from && item.type === 'process.started' && item.name === 'WaHostBootstrapper',
    );
    const meanwhile = up.story.items.slice(from, bootstrapperStart);
    expect(meanwhile.filter((item) => item.type === 'status' && item.instance.state === 'ReadyRole')).toEqual([]);
    await up.story.status(instance, 'ReadyRole', from);

    const { leftOver, missing, ...changed } = compare(before, await listed());
    expect({ leftOver, missing }).toEqual({ leftOver: [], missing: [] });
    expect(changed.replaced.sort()).toEqual(replaced.map((of) => `${instance} ${of}`).sort());
    expect(up.story.states(instance, from)).toEqual(['RestartingRole', 'CreatingRole', 'StartingRole', 'BusyRole', 'ReadyRole']);
    const others = up.story.items.slice(from).filter((item) => item.type === 'status' && item.instance.name !== instance);
    expect(others).toEqual([]);
  });

  it('WaAppAgent is not noticed by the role, and the service comes back', async () => {
    const before = await listed();
    const from = up.story.now;
    await up.kill('WaAppAgent', 'Worker_IN_0');
    expect((await up.status()).instances[0]?.state).toBe('ReadyRole');
    await up.story.started('Worker_IN_0', 'WaAppAgent', from);
    expect(compare(before, await listed())).toEqual({ replaced: ['Worker_IN_0 WaAppAgent'], missing: [], leftOver: [] });
    expect(up.story.states('Worker_IN_0', from)).toEqual([]);
  });

  it('a background task is noticed by nobody, and the task does not come back', async () => {
    const before = await listed();
    const from = up.story.now;
    await up.kill('collect.js', 'Worker_IN_0');
    // How long a recovery takes is told by the other instance.
    await up.kill('WaHostBootstrapper', 'Worker_IN_1');
    await up.story.status('Worker_IN_1', 'ReadyRole', from);
    const after = compare(before, await listed());
    expect(after.missing).toEqual(['Worker_IN_0 collect.js']);
    expect(after.replaced.filter((key) => key.startsWith('Worker_IN_0'))).toEqual([]);
    expect(up.story.states('Worker_IN_0', from)).toEqual([]);
  });

  it('a name kills every process of that name, in any case and with .exe', async () => {
    const from = up.story.now;
    const { killed } = await up.kill('wahostbootstrapper.EXE');
    expect(killed.map(({ instance }) => instance).sort()).toEqual(['Program_IN_0', 'Worker_IN_0', 'Worker_IN_1']);
    await up.ready(from);
  });

  it('a process that is gone is refused, naming what runs', async () => {
    await expect(up.kill('4194304')).rejects.toThrow(/RV4201.*WaHostBootstrapper/s);
    await expect(up.kill('WaIISHost')).rejects.toThrow(/RV4201/);
    await expect(up.kill('WaWorkerHost', 'Worker_IN_9')).rejects.toThrow(/RV4405.*Worker_IN_0, Worker_IN_1, Program_IN_0/s);
  });

  it('--tree ends everything below as well, and the role comes back', async () => {
    const before = await listed();
    const from = up.story.now;
    const host = byName(before).get('Program_IN_0 WaWorkerHost');
    const program = byName(before).get('Program_IN_0 serve.js');
    const { exitCode } = await place.rolevm('kill', String(host?.pid), '--tree');
    expect(exitCode).toBe(0);
    expect(await up.story.ended('Program_IN_0', 'WaWorkerHost', from)).toMatchObject({
      pid: host?.pid,
      cause: { kind: 'killed', signal: 'SIGKILL' },
    });
    expect(isStill(program as PsEntry)).toBe(false);
    await up.story.status('Program_IN_0', 'ReadyRole', from);
    expect(compare(before, await listed())).toMatchObject({ missing: [], leftOver: [] });
  });
});
