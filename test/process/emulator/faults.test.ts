import { existsSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { InstanceEntry } from '../../../contracts/control-api.ts';
import type { FaultResult } from '../../../contracts/faults.ts';
import { type Place, places, type RunningEmulator } from '../../support/emulator/start-emulator.ts';

const openPlace = places(afterEach);
/** Half an hour lasts 2 s; the ten minutes of a guest agent that never reports are 10 s in any case. */
const speed = 900;
const stuck = ['Worker_IN_0', 'Program_IN_0'];

async function ready(place: Place): Promise<RunningEmulator> {
  const up = place.up({ speed });
  await up.ready();
  return up;
}

async function fault(place: Place, ...args: readonly string[]): Promise<FaultResult['faults']> {
  const { exitCode, stdout, stderr } = await place.rolevm('fault', ...args);
  if (exitCode !== 0) throw new Error(stderr);
  return (JSON.parse(stdout) as FaultResult).faults;
}

async function entryOf(up: RunningEmulator, instance: string): Promise<InstanceEntry> {
  const entry = (await up.status()).instances.find(({ name }) => name === instance);
  if (entry === undefined) throw new Error(`there is no ${instance}`);
  return entry;
}

/** Of all instances on the node, after which nothing but the host is awaited. */
async function untilWaiting(up: RunningEmulator, from: number): Promise<void> {
  for (const name of stuck)
    await up.story.item('status', ({ instance }) => instance.name === name && instance.details === 'Waiting for Host', from);
}

describe('a VM that does not boot', () => {
  it('is restarted three times, FailedStartingVM, and started on another node by the fabric itself', async () => {
    const place = openPlace('steady');
    const up = await ready(place);
    const from = up.story.now;
    writeFileSync(place.file('Worker_IN_0', 'C/kept-here.txt'), 'by hand');
    expect(await fault(place, 'boot-fails', '--instance', 'Worker_IN_0')).toMatchObject([{ fault: 'boot-fails', node: 'Node0' }]);
    await place.rolevm('reboot', '--instance', 'Worker_IN_0');
    let at = from;
    for (let boot = 1; boot <= 3; boot += 1) {
      await up.story.item(
        'notice',
        (item) => item.instance === 'Worker_IN_0' && /has not reported .*(restarted|again)/.test(item.text),
        at,
      );
      const told = up.story.items.findLastIndex((item) => item.type === 'notice' && item.text.includes('has not reported'));
      at = told + 1;
    }
    const failed = await up.story.status('Worker_IN_0', 'FailedStartingVM', from);
    expect(failed.details).toContain('Windows has not started 3 times in a row');
    await up.story.status('Worker_IN_0', 'ReadyRole', from);
    const states = up.story.states('Worker_IN_0', from);
    const boots = ['StartingVM', 'StoppingVM'];
    expect(states.slice(0, 11)).toEqual([
      'StoppingVM',
      ...boots,
      ...boots,
      ...boots,
      'FailedStartingVM',
      'DeletingVM',
      'CreatingVM',
      'StartingVM',
    ]);
    expect((await entryOf(up, 'Worker_IN_0')).node).toBe('Node2');
    expect(existsSync(place.file('Worker_IN_0', 'C/kept-here.txt'))).toBe(false);
    // It stays behind, and nobody else has noticed.
    expect(await fault(place)).toEqual([]);
    expect(up.story.states('Program_IN_0', from)).toEqual([]);
    expect(await up.stop()).toBe(0);
  });

  it('boots on its own node when as many boots have failed as were to', async () => {
    const place = openPlace('steady');
    const up = await ready(place);
    const from = up.story.now;
    await fault(place, 'boot-fails', '--times', '1', '--instance', 'Worker_IN_1');
    await place.rolevm('reboot', '--instance', 'Worker_IN_1');
    await up.story.status('Worker_IN_1', 'ReadyRole', from);
    expect(up.story.states('Worker_IN_1', from).slice(0, 4)).toEqual(['StoppingVM', 'StartingVM', 'StoppingVM', 'StartingVM']);
    expect((await entryOf(up, 'Worker_IN_1')).node).toBe('Node1');
    expect(await fault(place)).toEqual([]);
    expect(await up.stop()).toBe(0);
  });
});

describe('a host that does not come back', () => {
  it('is waited for by all its VMs; status calls it a platform fault after thirty minutes; clearing it recovers them', async () => {
    const place = openPlace('steady');
    const up = await ready(place);
    const from = up.story.now;
    const set = await fault(place, 'host-stuck', '--instance', 'Worker_IN_0');
    expect(set.map(({ instance, node }) => [instance, node])).toEqual(stuck.map((name) => [name, 'Node0']));
    await untilWaiting(up, from);
    const first = up.story.of('status', from).find(({ instance }) => instance.details === 'Waiting for Host');
    expect(first?.instance.platformFault).toBeUndefined();
    const refused = await place.rolevm('rdp', 'Worker_IN_0', '--', 'ls');
    const { error } = JSON.parse(refused.stderr);
    expect([refused.exitCode, error.code, error.message]).toEqual([1, 'RV6605', expect.stringContaining('StartingVM (Waiting for Host)')]);
    // What needs the host waits for it.
    await place.rolevm('reimage', '--instance', 'Worker_IN_0');
    writeFileSync(place.file('Worker_IN_0', 'D/lost-by-the-reimage.txt'), 'by hand');

    const { instance } = await up.story.item('status', (item) => item.instance.platformFault !== undefined, from);
    expect([instance.state, instance.details]).toEqual(['StartingVM', 'Waiting for Host']);
    expect(instance.platformFault).toMatch(/platform fault.*support.*--clear.*down --delete/);
    expect(existsSync(place.file('Worker_IN_0', 'D/lost-by-the-reimage.txt'))).toBe(true);
    expect((await up.ps()).map((row) => row.instance)).not.toContain('Worker_IN_0');

    const cleared = up.story.now;
    expect(await fault(place, '--clear')).toEqual([]);
    for (const name of stuck) await up.story.status(name, 'ReadyRole', cleared);
    expect(existsSync(place.file('Worker_IN_0', 'D/lost-by-the-reimage.txt'))).toBe(false);
    expect((await entryOf(up, 'Worker_IN_0')).platformFault).toBeUndefined();
    expect(up.story.states('Worker_IN_1', from)).toEqual([]);
    expect(await up.stop()).toBe(0);
  });

  it('does not come back from its update either, and holds up the update of the other upgrade domains', async () => {
    const place = openPlace('steady');
    // It is away for 4 s: the fault is set meanwhile.
    const up = place.up({ speed, timings: { hostRebootMs: 3_600_000 } });
    await up.ready();
    const from = up.story.now;
    await place.rolevm('update', 'host');
    await untilWaiting(up, from);
    await fault(place, 'host-stuck', '--instance', 'Program_IN_0');
    await up.story.item('status', (item) => item.instance.platformFault !== undefined, from);
    expect(up.story.states('Worker_IN_1', from)).toEqual([]);
    const cleared = up.story.now;
    await fault(place, 'host-stuck', '--clear', '--instance', 'Worker_IN_0');
    await up.story.status('Worker_IN_1', 'ReadyRole', cleared);
    expect(await up.stop()).toBe(0);
  });

  it.each([{ words: ['down'] }, { words: ['down', '--delete'] }])('does not stand in the way of rolevm $words', async ({ words }) => {
    const place = openPlace('steady');
    const up = await ready(place);
    const from = up.story.now;
    await fault(place, 'host-stuck', '--instance', 'Worker_IN_0');
    await untilWaiting(up, from);
    expect((await place.rolevm(...words)).exitCode).toBe(0);
    expect((await up.keeper).exitCode).toBe(0);
    expect(up.story.states('Worker_IN_0', from)).toEqual(['StoppingVM', 'StartingVM', 'StoppedVM']);
    expect(existsSync(place.file('Worker_IN_0', 'C'))).toBe(words.length === 1);
    if (words.length > 1) return;
    // A fault is forgotten with its emulator.
    const again = await ready(place);
    expect(await again.stop()).toBe(0);
  });
});

describe('a host of which the fabric hears nothing', () => {
  it('is restarted and given up: its VMs start on another node', async () => {
    const place = openPlace('steady');
    const up = await ready(place);
    const from = up.story.now;
    await fault(place, 'host-lost', '--instance', 'Program_IN_0');
    for (const name of stuck) await up.story.status(name, 'RoleStateUnknown', from);
    for (const name of stuck) await up.story.status(name, 'CreatingVM', from);
    for (const name of stuck) await up.story.status(name, 'ReadyRole', from);
    expect((await entryOf(up, 'Worker_IN_0')).node).toBe('Node2');
    expect((await entryOf(up, 'Program_IN_0')).node).toBe('Node2');
    expect(await fault(place)).toEqual([]);
    expect(up.story.states('Worker_IN_1', from)).toEqual([]);
    expect(await up.stop()).toBe(0);
  });

  it('and that is heard again in time has never stopped its roles', async () => {
    const place = openPlace('steady');
    const up = place.up({ speed: 20 });
    await up.ready();
    const before = (await up.ps()).map(({ pid }) => pid);
    const from = up.story.now;
    await fault(place, 'host-lost', '--instance', 'Worker_IN_0');
    await up.story.status('Worker_IN_0', 'RoleStateUnknown', from);
    await fault(place, 'host-lost', '--clear');
    for (const name of stuck) await up.story.status(name, 'ReadyRole', from);
    expect((await up.ps()).map(({ pid }) => pid)).toEqual(before);
    expect(await up.stop()).toBe(0);
  });
});
