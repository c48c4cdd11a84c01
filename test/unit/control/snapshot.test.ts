import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { snapshotLines } from '../../../cli/snapshot/list.ts';
import type { DeploymentDocument } from '../../../contracts/deployment.ts';
import type { HostGoal } from '../../../contracts/host-goal.ts';
import { snapshotNameForm } from '../../../contracts/snapshot.ts';
import { examine } from '../../../control/doctor/examine.ts';
import { checkRestorable } from '../../../control/snapshot/check-restorable.ts';
import { checkSpace } from '../../../control/snapshot/check-space.ts';
import { deleteSnapshots } from '../../../control/snapshot/delete-snapshots.ts';
import { finishRestore, restoredFolder } from '../../../control/snapshot/finish-restore.ts';
import { listSnapshots } from '../../../control/snapshot/list-snapshots.ts';
import { readManifest } from '../../../control/snapshot/manifest.ts';
import { restoreStopped } from '../../../control/snapshot/restore-stopped.ts';
import { restoreVm } from '../../../control/snapshot/restore-vm.ts';
import { type SaveOptions, saveSnapshot } from '../../../control/snapshot/save-snapshot.ts';
import { createStateDirectory } from '../../../control/state-directory.ts';
import { deploymentStore } from '../../../fabric/deployment-store.ts';
import { writeVmDocument } from '../../../sandbox/vm-document.ts';
import { vmDocument } from '../sandbox/vm.ts';

const id = '0123456789abcdef0123456789abcdef';
let state: string;
beforeEach(() => {
  state = fs.mkdtempSync(path.join(os.tmpdir(), 'rolevm-snapshot-'));
  createStateDirectory(state);
  deploy();
});
afterEach(() => fs.rmSync(state, { recursive: true, force: true }));

const vmRoot = () => path.join(state, 'vms', 'Worker_IN_0');
const file = (name: string) => path.join(vmRoot(), name);
const snapshot = (...names: readonly string[]) => path.join(state, 'snapshots', ...names);

function deploy(change: Partial<DeploymentDocument> = {}): void {
  deploymentStore(state).write({
    formatVersion: 1,
    id,
    serviceName: 'Tally',
    servicePath: '/srv/tally',
    configurationPath: '/srv/tally/ServiceConfiguration.cscfg',
    packageDigest: 'sha256:0011223344556677',
    createdAt: '2011-03-01T08:00:00.000Z',
    lifecycle: 'stopped',
    instances: ['Worker_IN_0'],
    ...change,
  });
  for (const folder of ['C/Logs', 'D/Windows/System32/config', 'E/approot']) fs.mkdirSync(file(folder), { recursive: true });
  fs.writeFileSync(file('C/Logs/app.log'), 'one line\n');
  fs.writeFileSync(file('E/approot/Worker.dll'), 'version 1');
  fs.writeFileSync(file('D/Windows/System32/config/vm-door.json'), '{}');
  writeVmDocument(vmRoot(), vmDocument({ instanceId: 'Worker_IN_0', deploymentId: id, roleDrive: 'E', eventDone: 4 }));
}

function goal(n: number): HostGoal {
  return { incarnation: 9, expectedState: 'Started', power: 'on', roleGeneration: 0, event: { n, name: 'reimage' } };
}

function save(options: Partial<SaveOptions> = {}) {
  return saveSnapshot({
    stateDirectory: state,
    name: 'before',
    version: '0.0.0',
    saved: 'stopped',
    check: async () => {},
    measured: () => {},
    ...options,
  });
}

const names = () => listSnapshots(state).map(({ name }) => name);

describe('a snapshot', () => {
  it('has every drive, the document of the VM and the goal state, and says what it holds', async () => {
    const measured: number[] = [];
    const manifest = await save({ message: 'first', measured: ({ files }) => measured.push(files) });
    expect(manifest).toMatchObject({ formatVersion: 1, name: 'before', message: 'first', deployment: { id } });
    expect(manifest.vms).toMatchObject([{ instance: 'Worker_IN_0', roleDrive: 'E', eventDone: 4 }]);
    expect(manifest.vms[0]?.drives.map(({ letter, files, bytes }) => [letter, files, bytes])).toEqual([
      ['C', 1, 9],
      ['D', 0, 0],
      ['E', 1, 9],
    ]);
    expect(measured).toEqual([2]);
    expect(readManifest(state, 'before')).toEqual(manifest);
    expect(fs.existsSync(snapshot('before/vms/Worker_IN_0/vm.json'))).toBe(true);
    expect(fs.statSync(snapshot()).mode & 0o777).toBe(0o700);
  });

  it('is named by the time unless it has a name, and never replaces another one', async () => {
    const { name } = await save();
    await expect(save()).rejects.toMatchObject({ code: 'RV4702' });
    await expect(save({ name: name.toUpperCase() })).rejects.toMatchObject({ code: 'RV4702' });
    const { name: _, ...unnamed } = { name: undefined, stateDirectory: state };
    const stamps = [];
    for (let n = 0; n < 2; n += 1) {
      const { name: stamp } = await saveSnapshot({
        ...unnamed,
        version: '0',
        saved: 'stopped',
        check: async () => {},
        measured: () => {},
      });
      stamps.push(stamp);
    }
    expect(stamps[0]).toMatch(/^\d{4}-\d\d-\d\dT\d{6}Z$/);
    expect(new Set(stamps).size).toBe(2);
    expect(names()).toHaveLength(3);
  });

  it.each(['', '.', '..', '../x', 'a/b', 'a\\b', '.hidden', 'con', 'nul.txt', 'ends.', 'a b', 'x'.repeat(101)])(
    'cannot be called "%s"',
    async (name) => {
      expect(snapshotNameForm.test(name)).toBe(false);
      await expect(save({ name })).rejects.toMatchObject({ code: 'RV6220' });
      await expect(deleteSnapshots(state, [name])).rejects.toMatchObject({ code: 'RV6220' });
      await expect(restoreStopped(state, name)).rejects.toMatchObject({ code: 'RV6220' });
    },
  );

  it('is not made while an event is happening to a VM, nor of one that has happened meanwhile', async () => {
    deploy({ goals: { Worker_IN_0: goal(5) } });
    await expect(save()).rejects.toMatchObject({ code: 'RV4703' });
    deploy({ goals: { Worker_IN_0: goal(4) } });
    let checks = 0;
    const check = async () => {
      checks += 1;
      if (checks === 2)
        writeVmDocument(vmRoot(), vmDocument({ instanceId: 'Worker_IN_0', deploymentId: id, roleDrive: 'E', eventDone: 5 }));
    };
    await expect(save({ check })).rejects.toMatchObject({ code: 'RV4703' });
    expect(fs.readdirSync(snapshot())).toEqual([]);
  });

  it('is not made of nothing, nor of a VM that was not there yet', async () => {
    fs.rmSync(path.join(vmRoot(), 'vm.json'));
    await expect(save()).rejects.toMatchObject({ code: 'RV4703' });
    deploymentStore(state).remove();
    await expect(save()).rejects.toMatchObject({ code: 'RV4701' });
  });

  it('of which a killed save has left a part is not listed, and the next one takes that away', async () => {
    fs.mkdirSync(snapshot('.saving-999999-1-1/vms'), { recursive: true });
    fs.mkdirSync(snapshot('.deleting-999999-1-1'), { recursive: true });
    expect(names()).toEqual([]);
    await save();
    expect(fs.readdirSync(snapshot())).toEqual(['before']);
  });

  it('is not begun without room for it', async () => {
    const size = { files: 1, folders: 0, links: 0, bytes: Number.MAX_SAFE_INTEGER };
    await expect(checkSpace(state, size)).rejects.toMatchObject({ code: 'RV4704' });
    await expect(checkSpace(state, { ...size, bytes: 1 })).resolves.toBeUndefined();
    expect(fs.readdirSync(state).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('that cannot be read is listed with the reason, refused, and can be deleted', async () => {
    await save();
    const document = snapshot('before/snapshot.json');
    fs.writeFileSync(document, JSON.stringify({ ...readManifest(state, 'before'), formatVersion: 2 }));
    await expect(restoreStopped(state, 'before')).rejects.toMatchObject({ code: 'RV4707' });
    fs.writeFileSync(document, '{');
    await expect(restoreStopped(state, 'before')).rejects.toMatchObject({ code: 'RV4706' });
    expect(listSnapshots(state)).toMatchObject([{ name: 'before', code: 'RV4706' }]);
    expect(snapshotLines(listSnapshots(state), 0).join('\n')).toContain('is not the document of a snapshot');
    await deleteSnapshots(state, ['before']);
    expect(fs.readdirSync(snapshot())).toEqual([]);
  });

  it('is listed with its age, its size and its note, the oldest first', async () => {
    await save({ name: 'b', message: 'a note' });
    await save({ name: 'a', saved: 'running' });
    expect(names()).toEqual(['b', 'a']);
    const [, first = '', second = ''] = snapshotLines(listSnapshots(state), Date.now());
    expect(first).toMatch(/^b +0 s +18 bytes {2}Tally +Worker_IN_0 {2}001122334455 {2}stopped: a note$/);
    expect(second).toMatch(/while running$/);
    expect(snapshotLines([], 0)).toEqual(['there are no snapshots; rolevm snapshot save makes one']);
  });
});

describe('a restore of what does not run', () => {
  it('brings back drives, letter and goal state, and takes away what was not there then', async () => {
    await save();
    fs.writeFileSync(file('C/Logs/later.log'), '');
    fs.writeFileSync(file('E/approot/Worker.dll'), 'version 2');
    fs.renameSync(file('E'), file('F'));
    writeVmDocument(vmRoot(), vmDocument({ instanceId: 'Worker_IN_0', deploymentId: id, roleDrive: 'F', eventDone: 8 }));
    fs.mkdirSync(path.join(state, 'vms', 'Worker_IN_1', 'C'), { recursive: true });
    deploy({ goals: { Worker_IN_0: goal(8) }, instances: ['Worker_IN_0', 'Worker_IN_1'] });
    fs.rmSync(file('E'), { recursive: true });
    await restoreStopped(state, 'before');
    expect(fs.readFileSync(file('E/approot/Worker.dll'), 'utf8')).toBe('version 1');
    expect(fs.readdirSync(file('C/Logs'))).toEqual(['app.log']);
    expect(fs.readdirSync(path.join(state, 'vms'))).toEqual(['Worker_IN_0']);
    expect(fs.readdirSync(vmRoot()).sort()).toEqual(['C', 'D', 'E', 'vm.json']);
    expect(JSON.parse(fs.readFileSync(file('vm.json'), 'utf8'))).toMatchObject({ roleDrive: 'E', eventDone: 4 });
    expect(deploymentStore(state).read()).toMatchObject({ lifecycle: 'restored', instances: ['Worker_IN_0'] });
    expect(deploymentStore(state).read()?.goals).toBeUndefined();
    expect(fs.readdirSync(state).filter((name) => name.startsWith('.'))).toEqual([]);
    expect(names()).toEqual(['before']);
  });

  it('leaves the snapshot as it is, whatever happens to the drives afterwards', async () => {
    await save();
    for (let n = 0; n < 2; n += 1) {
      await restoreStopped(state, 'before');
      expect(fs.readFileSync(file('E/approot/Worker.dll'), 'utf8')).toBe('version 1');
      fs.writeFileSync(file('E/approot/Worker.dll'), 'version 2');
    }
  });

  it('brings a deleted deployment back, and is refused where another one is', async () => {
    await save();
    deploymentStore(state).remove();
    await restoreStopped(state, 'before');
    expect(deploymentStore(state).read()).toMatchObject({ id, servicePath: '/srv/tally' });
    deploy({ id: 'f'.repeat(32) });
    await expect(restoreStopped(state, 'before')).rejects.toMatchObject({ code: 'RV4708' });
    deploy({ servicePath: '/srv/other' });
    await expect(restoreStopped(state, 'before')).rejects.toThrow('/srv/other');
    expect(() => checkRestorable(readManifest(state, 'before'), undefined)).not.toThrow();
  });

  it('is refused with the names of those that there are', async () => {
    await save();
    await expect(restoreStopped(state, 'befor')).rejects.toMatchObject({ code: 'RV4705', mend: 'there are before' });
  });

  it.each(['a whole copy', 'the drives away', 'the drives in place', 'the document written'])(
    'that was killed with %s is brought to its end by the next one who owns the directory',
    async (point) => {
      await save();
      fs.writeFileSync(file('E/approot/Worker.dll'), 'version 2');
      const restored = restoredFolder(state);
      fs.mkdirSync(restored);
      fs.cpSync(snapshot('before/vms'), path.join(restored, 'vms'), { recursive: true });
      const document = { ...readManifest(state, 'before').deployment, lifecycle: 'restored' as const };
      fs.writeFileSync(path.join(restored, 'deployment.json'), JSON.stringify(document));
      if (point !== 'a whole copy') fs.renameSync(path.join(state, 'vms'), path.join(state, '.deleting-999999-1-1'));
      if (point === 'the drives in place' || point === 'the document written')
        fs.renameSync(path.join(restored, 'vms'), path.join(state, 'vms'));
      if (point === 'the document written') deploymentStore(state).write(document);
      await finishRestore(state);
      expect(fs.readFileSync(file('E/approot/Worker.dll'), 'utf8')).toBe('version 1');
      expect(deploymentStore(state).read()).toMatchObject({ lifecycle: 'restored' });
      expect(fs.existsSync(restored)).toBe(false);
    },
  );
});

describe('rolevm doctor', () => {
  it('takes away what killed ones have left and finishes a restore', async () => {
    await save();
    fs.mkdirSync(path.join(state, '.restoring-999999-1-1'));
    fs.mkdirSync(snapshot('.saving-999999-1-1'));
    fs.mkdirSync(restoredFolder(state));
    fs.writeFileSync(path.join(restoredFolder(state), 'deployment.json'), JSON.stringify(readManifest(state, 'before').deployment));
    const { findings } = await examine(state, true);
    expect(findings.map(({ kind, cleaned }) => [kind, cleaned])).toEqual([
      ['snapshot', true],
      ['snapshot', true],
      ['restore', true],
    ]);
    expect((await examine(state, true)).findings).toEqual([]);
    expect(names()).toEqual(['before']);
  });
});

describe('a VM without power', () => {
  it('is put back with its letter, and can be once more after a kill in the middle', async () => {
    await save();
    fs.renameSync(file('E'), file('F'));
    fs.mkdirSync(file('C.new-999999'));
    for (let n = 0; n < 2; n += 1) {
      const { kept, letters } = await restoreVm(state, 'before', 'Worker_IN_0', vmRoot());
      expect(kept).toMatchObject({ roleDrive: 'E' });
      expect(kept).not.toHaveProperty('eventDone');
      expect(letters).toEqual(['C', 'D', 'E']);
      expect(fs.existsSync(file('F'))).toBe(false);
      expect(fs.readFileSync(file('E/approot/Worker.dll'), 'utf8')).toBe('version 1');
    }
    await expect(restoreVm(state, 'before', 'Worker_IN_7', vmRoot())).rejects.toMatchObject({ code: 'RV4709' });
  });

  it('keeps its snapshot from being deleted until that has happened', async () => {
    await save();
    const due = (n: number) => ({ ...goal(n), event: { n, name: 'power-cycle', snapshot: 'before' } as const });
    deploy({ goals: { Worker_IN_0: due(5) } });
    await expect(deleteSnapshots(state, ['before'])).rejects.toMatchObject({ code: 'RV4712' });
    deploy({ goals: { Worker_IN_0: due(4) } });
    await deleteSnapshots(state, ['before']);
    await expect(deleteSnapshots(state, ['before'])).rejects.toMatchObject({ code: 'RV4705' });
  });
});
