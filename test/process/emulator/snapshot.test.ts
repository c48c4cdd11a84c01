import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RestoreResult, SnapshotManifest } from '../../../contracts/snapshot.ts';
import { readEvents } from '../../../logs/read-events.ts';
import { copyTree } from '../../../sandbox/copy-tree.ts';
import { type Place, places, type RunningEmulator } from '../../support/emulator/start-emulator.ts';

const openPlace = places(afterEach);
const worker = 'Quiet_IN_0';
let place: Place;
let up: RunningEmulator;
beforeEach(async () => {
  place = openPlace('escaping');
  up = place.up();
  await up.ready();
});

async function run<Answer>(...args: readonly string[]): Promise<Answer> {
  const { exitCode, stdout, stderr } = await place.rolevm(...args);
  if (exitCode !== 0) throw new Error(`rolevm ${args.join(' ')}: ${stderr}`);
  return JSON.parse(stdout) as Answer;
}

async function refused(...args: readonly string[]): Promise<string> {
  const { exitCode, stderr } = await place.rolevm(...args);
  expect(exitCode).toBe(1);
  return (JSON.parse(stderr) as { error: { code: string } }).error.code;
}

const save = (...args: readonly string[]) => run<SnapshotManifest>('snapshot', 'save', ...args);
const restore = (...args: readonly string[]) => run<RestoreResult>('snapshot', 'restore', ...args);

const marks = ['C/mark', 'D/mark', 'E/mark'];

function mark(text: string): void {
  for (const name of marks) writeFileSync(place.file(worker, name), text);
}

const marked = () => marks.map((name) => (existsSync(place.file(worker, name)) ? readFileSync(place.file(worker, name), 'utf8') : 'none'));

const snapshots = () => readdirSync(join(place.stateDirectory, 'snapshots')).sort();

async function killEmulator(): Promise<void> {
  process.kill((await up.status()).emulator.pid, 'SIGKILL');
  await up.keeper;
}

describe('a snapshot of what runs', () => {
  it('is made without anybody noticing, and brings back every drive, a patched role and a boot without a goodbye', async () => {
    mark('then');
    const from = up.story.now;
    expect(await save('before', '-m', 'version 1')).toMatchObject({ name: 'before', saved: 'running', message: 'version 1' });
    expect(up.story.states(worker, from)).toEqual([]);
    mark('later');
    cpSync(join(place.service, 'patches/Quiet/Quiet.dll'), place.file(worker, 'E/approot/Quiet.dll'));

    const { instances } = await restore('before', '--wait');
    expect(instances).toContainEqual({ name: worker, expectedState: 'Started' });
    expect(marked()).toEqual(['then', 'then', 'then']);
    expect(up.story.states(worker, from)).toEqual(['StoppingVM', 'StartingVM', 'CreatingRole', 'StartingRole', 'BusyRole', 'ReadyRole']);
    await up.story.output(worker, 'version 1', from);
    expect(up.story.of('drives', from)).toContainEqual(
      expect.objectContaining({ instance: worker, rebuilt: ['C', 'D', 'E'], snapshot: 'before' }),
    );
    const events = await readEvents(place.file(worker, 'D/Windows/System32/winevt/Logs'));
    expect(events.map(({ id }) => id)).toContain(6008);
    expect(events.map(({ id }) => id)).not.toContain(1074);
    expect(up.errors()).toBe('');
  });

  it('is restored as often as one likes, also while the last restore is under way', async () => {
    mark('first');
    await save('first');
    mark('second');
    await save('second');
    await restore('first');
    await restore('second');
    await restore('first', '--wait');
    expect(marked()).toEqual(['first', 'first', 'first']);
    expect(snapshots()).toEqual(['first', 'second']);
  });

  it('brings back a role that was stopped then as stopped, and one that ran as running', async () => {
    await run('stop', '-i', worker, '--wait');
    await save('suspended');
    await run('start', '-i', worker, '--wait');
    const from = up.story.now;
    await restore('suspended', '--wait');
    const states = Object.fromEntries((await up.status()).instances.map(({ name, state }) => [name, state]));
    expect(states).toEqual({ Escaping_IN_0: 'ReadyRole', [worker]: 'StoppedVM' });
    expect(up.story.states(worker, from)).not.toContain('ReadyRole');
  });

  it('with --stop has what OnStop has written and starts the roles from it, though they stay stopped now', async () => {
    mark('then');
    expect(await save('orderly', '--stop')).toMatchObject({ saved: 'stopped' });
    expect((await up.status()).instances.map(({ state }) => state)).toEqual(['StoppedVM', 'StoppedVM']);
    mark('later');
    await restore('orderly', '--wait');
    expect((await up.status()).instances.map(({ state }) => state)).toEqual(['ReadyRole', 'ReadyRole']);
    expect(marked()).toEqual(['then', 'then', 'then']);
  });

  it('is refused where it is not, of another deployment, under a name that is taken', async () => {
    expect(await refused('snapshot', 'restore', 'nothing')).toBe('RV4705');
    await save('before');
    expect(await refused('snapshot', 'save', 'before')).toBe('RV4702');
    const document = join(place.stateDirectory, 'snapshots/before/snapshot.json');
    const manifest = JSON.parse(readFileSync(document, 'utf8')) as SnapshotManifest;
    writeFileSync(document, JSON.stringify({ ...manifest, deployment: { ...manifest.deployment, id: 'f'.repeat(32) } }));
    expect(await refused('snapshot', 'restore', 'before')).toBe('RV4708');
  });
});

describe('a kill of the emulator', () => {
  it('in the middle of a restore is made good by the next up: every drive is as it was then', async () => {
    mark('then');
    // So much that the copy takes longer than the kill.
    const many = place.file(worker, 'C/many');
    mkdirSync(many);
    for (let n = 0; n < 2_000; n += 1) writeFileSync(join(many, String(n)), String(n));
    await save('before');
    mark('later');
    const restoring = place.rolevm('snapshot', 'restore', 'before');
    const isMeant = () => place.deployment().goals?.[worker]?.event?.snapshot === 'before';
    while (!isMeant()) await pause(1);
    await killEmulator();
    await restoring;
    const next = place.up();
    await next.ready();
    expect(marked()).toEqual(['then', 'then', 'then']);
    expect(readdirSync(many)).toHaveLength(2_000);
    expect(readdirSync(place.file(worker, '')).filter((name) => name.includes('.'))).toEqual(['vm.json']);
    expect((await next.status()).instances.map(({ state }) => state)).toEqual(['ReadyRole', 'ReadyRole']);
  });

  it('leaves drives that can be saved as after a power loss, and put back before the next up', async () => {
    mark('then');
    await killEmulator();
    expect(await save('lost')).toMatchObject({ saved: 'running' });
    const next = place.up();
    await next.ready();
    // A power loss takes D:.
    expect(marked()).toEqual(['then', 'none', 'then']);
    expect(await next.stop()).toBe(0);
    await restore('lost');
    expect(marked()).toEqual(['then', 'then', 'then']);
  });
});

describe('a snapshot of what was deployed last', () => {
  it('is saved and put back without an emulator, and the next up goes on with its drives as they are', async () => {
    cpSync(join(place.service, 'patches/Quiet/Quiet.dll'), place.file(worker, 'E/approot/Quiet.dll'));
    mark('then');
    expect(await up.stop()).toBe(0);
    expect(await save('at-rest')).toMatchObject({ saved: 'stopped' });
    for (const letter of ['C', 'D', 'E']) rmSync(place.file(worker, letter), { recursive: true });
    await restore('at-rest');
    expect(place.deployment().lifecycle).toBe('restored');
    const next = place.up();
    await next.ready();
    expect(marked()).toEqual(['then', 'then', 'then']);
    // up after down is Stop and Start: without the restore E: were that of the package.
    await next.story.output(worker, 'version 2');
    expect(next.story.of('notice').map(({ text }) => text)).toContain('the drives are those of a snapshot');
  });

  it('outlives rolevm down --delete, which it takes back, unless that is told to take it too', async () => {
    const { id } = place.deployment();
    mark('then');
    await save('before');
    expect((await place.rolevm('down', '--delete')).exitCode).toBe(0);
    expect(existsSync(place.file(worker, ''))).toBe(false);
    expect(await run<{ snapshots: readonly unknown[] }>('snapshot', 'list')).toMatchObject({ snapshots: [{ name: 'before' }] });
    await restore('before');
    const next = place.up();
    await next.ready();
    expect(marked()).toEqual(['then', 'then', 'then']);
    expect(place.deployment().id).toBe(id);
    expect((await place.rolevm('down', '--snapshots')).exitCode).toBe(2);
    expect((await place.rolevm('down', '--delete', '--snapshots')).exitCode).toBe(0);
    expect(snapshots()).toEqual([]);
  });
});

describe('the copy of a snapshot', () => {
  it('takes the time of a plain recursive copy of the same drives', async () => {
    await save('sample');
    const saved = join(place.stateDirectory, 'snapshots/sample/vms');
    const target = (name: string) => join(dirname(place.stateDirectory), name);
    const timed = async (copy: () => Promise<unknown>) => {
      const begun = performance.now();
      await copy();
      const ms = performance.now() - begun;
      rmSync(target('copy'), { recursive: true });
      return ms;
    };
    let plain = Number.POSITIVE_INFINITY;
    let own = Number.POSITIVE_INFINITY;
    // By turns: what else the machine does then strikes both.
    for (let n = 0; n < 5; n += 1) {
      plain = Math.min(plain, await timed(() => cp(saved, target('copy'), { recursive: true, preserveTimestamps: true })));
      own = Math.min(own, await timed(() => copyTree(saved, target('copy'), { live: true })));
    }
    expect(own).toBeLessThan(2 * plain);
  });
});
