import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FeedItem, InstanceEntry, PsEntry, StatusDocument } from '../../../contracts/control-api.ts';
import { hintText } from '../../../rehearsal/hotpatch/coach/coach-words.ts';
import { feedReader } from '../../../rehearsal/hotpatch/coach/read-feed.ts';
import { findTarget, hashOf, type TargetRequest } from '../../../rehearsal/hotpatch/find-target.ts';
import { taskOutputs } from '../../../rehearsal/hotpatch/task-outputs.ts';
import { toHostPath } from '../../../sandbox/drive-path.ts';
import { writeVmDocument } from '../../../sandbox/vm-document.ts';
import { vmDocument } from '../sandbox/vm.ts';

const model = `<?xml version="1.0" encoding="utf-8"?>
<RoleModel name="W" version="2.9.7499.7" xmlns="http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceDefinition">
  <Startup><Task commandLine="install.cmd" relativePath="approot\\" /></Startup>
  <Runtime><EntryPoint><NetFxEntryPoint assemblyName="W.dll" /></EntryPoint></Runtime>
</RoleModel>`;

let root: string;
let source: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'rolevm-target-')));
  source = join(root, 'W.dll');
  writeFileSync(source, 'version 2');
  for (const [instance, dll] of [
    ['A_IN_0', 'A.dll'],
    ['W_IN_0', 'W.dll'],
    ['W_IN_1', 'W.dll'],
  ] as const) {
    mkdirSync(join(root, 'vms', instance, 'E/approot'), { recursive: true });
    writeFileSync(join(root, 'vms', instance, 'E/approot', dll), 'version 1');
    writeFileSync(join(root, 'vms', instance, 'E/RoleModel.xml'), model);
    writeVmDocument(join(root, 'vms', instance), vmDocument({ instanceId: instance, roleName: instance.slice(0, 1) }));
  }
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function entry(name: string, change: Partial<InstanceEntry> = {}): InstanceEntry {
  const drive = (letter: string) => join(root, 'vms', name, letter);
  return {
    name,
    role: name.slice(0, 1),
    state: 'ReadyRole',
    portalState: 'Ready',
    details: '',
    since: '',
    recycles: 0,
    updateDomain: 0,
    faultDomain: 0,
    node: 'Node0',
    drives: { C: drive('C'), D: drive('D'), E: drive('E') },
    loaded: [{ file: 'E:\\approot\\w.dll', mtime: '' }],
    ...change,
  };
}

const row = (instance: string, name: string) => ({ instance, name, pid: process.pid }) as PsEntry;
const rows = ['A_IN_0', 'W_IN_0', 'W_IN_1'].flatMap((name) => [row(name, 'WaHostBootstrapper'), row(name, 'WaWorkerHost')]);

function find(request: Omit<TargetRequest, 'source'> = {}, instances = ['A_IN_0', 'W_IN_0', 'W_IN_1'].map((name) => entry(name))) {
  return findTarget({ source, ...request }, { instances } as unknown as StatusDocument, rows);
}

const refusal = (act: () => unknown) => {
  try {
    act();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

describe('the target of a hot patch', () => {
  it('is the first instance in which the file belongs, with the place that patch would find', () => {
    const target = find();
    expect(target.instance).toBe('W_IN_0');
    expect(target.file).toEqual({
      source,
      sha256: hashOf(source),
      drivePath: 'E:\\approot\\W.dll',
      staged: 'C:\\HotPatch\\W.dll',
      before: hashOf(join(root, 'vms/W_IN_0/E/approot/W.dll')),
      held: true,
    });
    expect(target.tasks.map(({ commandLine }) => commandLine)).toEqual(['install.cmd']);
    expect(target.host).toMatchObject({ name: 'WaWorkerHost', pid: process.pid });
  });

  it('is the instance, the role or the place that is named, in any case', () => {
    expect(find({ instance: 'w_in_1' }).instance).toBe('W_IN_1');
    expect(find({ role: 'w' }).instance).toBe('W_IN_0');
    expect(find({ role: 'A', destination: 'E:\\approot\\A.dll' }).file.drivePath).toBe('E:\\approot\\A.dll');
    expect(find({ role: 'A', destination: 'E:\\approot\\new.txt' }).file).toMatchObject({ held: false });
    expect(find({ role: 'A', destination: 'E:\\approot\\new.txt' }).file.before).toBeUndefined();
  });

  it('is refused where nothing fits', () => {
    expect(refusal(() => find({ instance: 'X_IN_0' }))).toBe('RV6502');
    expect(refusal(() => find({ role: 'A' }))).toBe('RV4302');
    expect(refusal(() => find({}, [entry('W_IN_0', { state: 'BusyRole' })]))).toBe('RV6501');
    const debugged = [{ name: 'WindowsAzureGuestAgent', pid: 1, state: 'broken into', since: '' }] as const;
    expect(refusal(() => find({}, [entry('W_IN_0', { debugged })]))).toBe('RV6503');
    rmSync(join(root, 'vms/W_IN_0/E'), { recursive: true });
    expect(refusal(() => find({ instance: 'W_IN_0' }))).toBe('RV6501');
  });
});

describe('what a startup task prints', () => {
  it('is what it has printed since, without what earlier starts have printed', () => {
    const file = join(root, 'vms/W_IN_0/C/Logs/StartupTasks/0-install.cmd.log');
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, 'first start\n');
    const lastLines = taskOutputs(find());
    expect(lastLines(0)).toEqual([]);
    writeFileSync(file, `${Array.from({ length: 12 }, (_, line) => `line ${line}`).join('\r\n')}\n`, { flag: 'a' });
    expect(lastLines(0)).toEqual(Array.from({ length: 10 }, (_, line) => `line ${line + 2}`));
    writeFileSync(file, 'anew\n');
    expect(lastLines(0)).toEqual(['anew']);
    expect(lastLines(1)).toEqual([]);
  });
});

describe('the coach', () => {
  const at = new Date(5_000).toISOString();
  const change = (instance: string, drivePath: string, what: 'added' | 'changed' | 'deleted' = 'changed'): FeedItem => ({
    type: 'file',
    at,
    instance,
    text: '',
    change: { drivePath, what, changedAt: new Date(4_700).toISOString(), fate: 'free' },
  });

  it('takes a copy at the moment of its last write, in whichever instance, and knows it by its content', () => {
    const read = feedReader(find());
    expect(read(change('W_IN_0', 'E:\\approot\\W.dll'))).toEqual([
      { type: 'copied', at: 4_700, instance: 'W_IN_0', drivePath: 'E:\\approot\\W.dll', isFix: false, undone: false },
    ]);
    expect(read(change('W_IN_1', 'E:\\approot\\W.dll'))).toEqual([]);
    copyFileSync(source, join(root, 'vms/W_IN_1/E/approot/W.dll'));
    expect(read(change('W_IN_1', 'E:\\approot\\W.dll'))).toMatchObject([{ type: 'copied', instance: 'W_IN_1', isFix: true }]);
    expect(read(change('W_IN_0', 'E:\\approot\\W.dll.bak', 'added'))).toMatchObject([{ type: 'backup' }]);
    expect(read(change('W_IN_0', 'E:\\approot\\W.dll', 'deleted'))).toEqual([]);
    expect(read(change('W_IN_0', 'E:\\approot\\other.txt'))).toEqual([]);
  });

  it('hints at the next step with a command to copy', () => {
    const target = find();
    const hint = (...facts: Parameters<typeof hintText>[0]) => hintText(facts, target, 'rolevm', (path) => toHostPath(target.vmRoot, path));
    const staged = { type: 'staged', at: 1, drivePath: 'C:\\W.dll', isFix: true } as const;
    const killed = { type: 'bootstrapper gone', at: 2 } as const;
    const gone = { type: 'host gone', at: 3 } as const;
    const copied = { type: 'copied', at: 4, instance: 'W_IN_0', drivePath: 'E:\\approot\\W.dll', isFix: true, undone: false } as const;
    const broken = { type: 'broken into', at: 1 } as const;
    expect(hint()).toMatch(/^step 1: mkdir -p .*\/C\/HotPatch && cp .*W\.dll .*\/C\/HotPatch$/);
    expect(hint(staged)).toBe('step 2: rolevm kill WaHostBootstrapper --instance W_IN_0');
    expect(hint(staged, killed)).toContain('step 3: wait for WaWorkerHost');
    expect(hint(staged, broken, killed)).toBe('step 4: rolevm kill WaWorkerHost --instance W_IN_0');
    expect(hint(staged, killed, gone)).toContain(`step 5, now: cp`);
    expect(hint(staged, killed, gone, copied)).toContain('step 6: wait');
    expect(hint(staged, killed, { ...copied, at: 2 }, gone)).toContain('step 5, now: cp');
    expect(hint(staged, broken, killed, gone, copied)).toBe('step 6: rolevm debug detach --instance W_IN_0');
    expect(hint({ type: 'start', at: 5, start: { tasks: [], readyAt: 5 } })).toBeUndefined();
  });
});
