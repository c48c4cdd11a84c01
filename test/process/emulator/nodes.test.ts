import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { EventPlan } from '../../../contracts/event-plan.ts';
import type { RaiseResult } from '../../../contracts/raise.ts';
import { type Place, places, type RunningEmulator } from '../../support/emulator/start-emulator.ts';

const openPlace = places(afterEach);
/** Worker_IN_0 and Program_IN_0 share Node0; Worker_IN_1 is in another upgrade domain, on Node1. A host is away for 3.4 s. */
const speed = 300;

async function ready(place: Place): Promise<RunningEmulator> {
  const up = place.up({ speed });
  await up.ready();
  return up;
}

async function asked<Answer>(place: Place, ...args: readonly string[]): Promise<Answer> {
  const { exitCode, stdout, stderr } = await place.rolevm(...args);
  if (exitCode !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Answer;
}

async function nodesOf(up: RunningEmulator): Promise<Record<string, string>> {
  return Object.fromEntries((await up.status()).instances.map(({ name, node }) => [name, node]));
}

/** Where in the story each of these first is in a state. */
function firstIn(up: RunningEmulator, names: readonly string[], text: string, from: number): readonly number[] {
  return names.map((name) =>
    up.story.items.findIndex(
      (item, index) =>
        index >= from &&
        item.type === 'status' &&
        item.instance.name === name &&
        `${item.instance.state} ${item.instance.details}`.startsWith(text),
    ),
  );
}

describe('a node', () => {
  it('is shared by instances of one upgrade domain, and told by plan and status', async () => {
    const place = openPlace('steady');
    const up = await ready(place);
    expect(await nodesOf(up)).toEqual({ Worker_IN_0: 'Node0', Worker_IN_1: 'Node1', Program_IN_0: 'Node0' });
    for (const event of ['update-host', 'power-cycle']) {
      const plan = await asked<EventPlan>(place, 'plan', event, '--instance', 'Worker_IN_0');
      expect(plan.instances.map(({ goDownWithIt }) => goDownWithIt)).toEqual([['Program_IN_0']]);
    }
    const plan = await asked<EventPlan>(place, 'plan', 'reimage', '--instance', 'Worker_IN_0');
    expect(plan.instances[0]).not.toHaveProperty('goDownWithIt');
    expect(await up.stop()).toBe(0);
  });

  it('loses its power with all that are on it', async () => {
    const place = openPlace('steady');
    const up = await ready(place);
    const from = up.story.now;
    const result = await asked<RaiseResult>(place, 'power-cycle', '--instance', 'Program_IN_0', '--wait', '30s');
    expect(result.instances).toEqual(['Worker_IN_0', 'Program_IN_0']);
    for (const name of result.instances) expect(up.story.states(name, from).slice(0, 2)).toEqual(['StoppingVM', 'StartingVM']);
    expect(up.story.states('Worker_IN_1', from)).toEqual([]);
    expect(await up.stop()).toBe(0);
  });

  it('is another one after a migration, also for the next emulator', async () => {
    const place = openPlace('steady');
    let up = await ready(place);
    await asked(place, 'migrate', '--instance', 'Worker_IN_0', '--wait', '30s');
    const nodes = { Worker_IN_0: 'Node2', Worker_IN_1: 'Node1', Program_IN_0: 'Node0' };
    expect(await nodesOf(up)).toEqual(nodes);
    expect(await up.stop()).toBe(0);
    up = await ready(place);
    expect(await nodesOf(up)).toEqual(nodes);
    expect(await up.stop()).toBe(0);
  });

  it('holds as many VMs as rolevm.json says', async () => {
    const place = openPlace('steady');
    const up = place.up({ speed });
    await up.ready();
    expect(await up.stop()).toBe(0);
    const settings = join(place.service, 'rolevm.json');
    const again = place.up({ speed, settings: { vmsPerNode: 1 } });
    expect(JSON.parse(readFileSync(settings, 'utf8'))).toMatchObject({ vmsPerNode: 1 });
    await again.ready();
    expect(await nodesOf(again)).toEqual({ Worker_IN_0: 'Node0', Worker_IN_1: 'Node1', Program_IN_0: 'Node2' });
    expect(await again.stop()).toBe(0);
  });
});

describe('rolevm update host', () => {
  it('takes one upgrade domain after the other: all of a node stop in order, wait for their host together, and are Ready before the next', async () => {
    const place = openPlace('steady');
    const up = await ready(place);
    const mark = place.file('Worker_IN_1', 'E/approot/patched.txt');
    writeFileSync(mark, 'by hand');
    const from = up.story.now;
    const result = await asked<RaiseResult>(place, 'update', 'host', '--wait', '50s');
    expect(result).toEqual({ event: 'update-host', instances: ['Worker_IN_0', 'Program_IN_0'], later: ['Worker_IN_1'] });
    for (const name of [...result.instances, ...(result.later ?? [])]) {
      expect(up.story.states(name, from).filter((state) => !['CreatingRole', 'StartingRole', 'BusyRole'].includes(state))).toEqual([
        'StoppingRole',
        'StoppingVM',
        'StartingVM',
        'ReadyRole',
      ]);
    }
    const down = firstIn(up, result.instances, 'StartingVM Waiting for Host', from);
    const started = up.story.items.findIndex(
      (item, index) => index >= from && item.type === 'process.started' && result.instances.includes(item.instance),
    );
    expect(started).toBeGreaterThan(Math.max(...down));
    const back = firstIn(up, result.instances, 'ReadyRole', from);
    expect(firstIn(up, ['Worker_IN_1'], 'StoppingRole', from)[0]).toBeGreaterThan(Math.max(...back));
    expect(() => readFileSync(mark)).toThrow('ENOENT');
    expect(await up.stop()).toBe(0);
  });

  it('that a kill of the emulator interrupts has happened to every instance after the next start', async () => {
    const place = openPlace('steady');
    const up = await ready(place);
    const mark = place.file('Worker_IN_1', 'E/approot/patched.txt');
    writeFileSync(mark, 'by hand');
    const from = up.story.now;
    const result = await asked<RaiseResult>(place, 'update', 'host');
    expect(result.later).toEqual(['Worker_IN_1']);
    await up.story.status('Worker_IN_0', 'StoppingVM', from);
    const { pid } = (await up.status()).emulator;
    process.kill(pid, 'SIGKILL');
    await up.keeper;
    const again = await ready(place);
    // The first of its turn that never came.
    expect(() => readFileSync(mark)).toThrow('ENOENT');
    expect(again.story.states('Worker_IN_1')).not.toContain('StoppingRole');
    expect(await again.stop()).toBe(0);
  });
});
