import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KnownProcess } from '../../../agents/host-agent/process-registry.ts';
import { fileChanges } from '../../../control/emulator/file-change.ts';
import type { PatchTarget } from '../../../control/emulator/patch-target.ts';
import { timeOfDay } from '../../../control/time-of-day.ts';

let root: string;
let dll: string;
beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'rolevm-change-')));
  dll = path.join(root, 'E/approot/W.dll');
  fs.mkdirSync(path.dirname(dll), { recursive: true });
  fs.writeFileSync(dll, 'v2');
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

const file = 'E:\\approot\\W.dll';
const refused = 'while WaWorkerHost (7) has it loaded: Windows would have refused that (32, sharing violation)';
const unknown = () => undefined;
const holder = { name: 'WaWorkerHost', pid: 7 };
const changed = () => new Date(fs.statSync(dll).ctimeMs).toISOString();

function target({ mtimeMs, restartAt }: { mtimeMs?: number; restartAt?: string }): PatchTarget {
  const process: KnownProcess = {
    name: 'WaWorkerHost',
    kind: 'played',
    pid: 7,
    ppid: 1,
    startTicks: '1',
    startedAt: '',
    state: '',
    since: '',
  };
  const holders = mtimeMs === undefined ? [] : [{ ...process, holds: [file], loaded: [{ file: file.toLowerCase(), mtimeMs }] }];
  return { instance: 'W_IN_0', vmRoot: root, roleDrive: 'E', holders: () => holders, restartAt: () => restartAt };
}

describe('a change on the application drive', () => {
  it('is just told while nobody holds the file and no restart is due', () => {
    expect(fileChanges(target({}), unknown)(dll, 'added')).toEqual({
      text: `${file} was added`,
      change: { drivePath: file, what: 'added', changedAt: changed(), fate: 'free' },
    });
  });

  it('is in time inside the window, which says until when; a backup is neither', () => {
    const restartAt = '2014-03-11T09:14:02.671Z';
    const changes = fileChanges(target({ restartAt }), unknown);
    expect(changes(dll, 'changed')).toEqual({
      text: `${file} has changed in time: WaHostBootstrapper is started again at ${timeOfDay(restartAt)}`,
      change: { drivePath: file, what: 'changed', changedAt: changed(), fate: 'in time' },
    });
    expect(changes(`${dll}.bak.1`, 'added')).toMatchObject({ text: `${file}.bak.1 was added`, change: { fate: 'free' } });
  });

  it('is in time when the host that runs has loaded this very version', () => {
    const { mtimeMs } = fs.statSync(dll);
    expect(fileChanges(target({ mtimeMs }), unknown)(dll, 'changed')).toEqual({
      text: `${file} has changed in time: WaWorkerHost (7) has loaded it`,
      change: { drivePath: file, what: 'changed', changedAt: changed(), fate: 'in time', holder },
    });
  });

  it('is too late when the host has loaded the one before', () => {
    expect(fileChanges(target({ mtimeMs: 1 }), unknown)(dll, 'changed')).toEqual({
      text: `${file} has changed ${refused}. It is too late: the running host has loaded the one before; it takes effect at the next start`,
      change: { drivePath: file, what: 'changed', changedAt: changed(), fate: 'refused', holder },
    });
  });

  it('that deletes what is held is one that the next start will miss', () => {
    fs.rmSync(dll);
    expect(fileChanges(target({ mtimeMs: 1 }), unknown)(dll, 'deleted')).toMatchObject({
      text: `${file} was deleted ${refused}. The running host goes on with it; the next start will miss it`,
      change: { what: 'deleted', fate: 'refused', holder },
    });
  });

  it.each([
    ['has changed', 'changed'],
    ['was deleted', 'deleted'],
  ] as const)('that says it %s is undone where the loaded version is kept, and the undoing is not told', (words, what) => {
    if (what === 'deleted') fs.rmSync(dll);
    const mtimeMs = 1_394_529_242_671.123;
    const changes = fileChanges(target({ mtimeMs }), () => Buffer.from('v1'));
    expect(changes(dll, what)).toMatchObject({
      text: `${file} ${words} ${refused}. It was undone`,
      change: { fate: 'refused', undone: true },
    });
    expect(fs.readFileSync(dll, 'utf8')).toBe('v1');
    expect(fs.readdirSync(path.dirname(dll))).toEqual(['W.dll']);
    expect(changes(dll, 'changed')).toBeUndefined();
    fs.writeFileSync(dll, 'v3');
    expect(changes(dll, 'changed')?.text).toContain('It was undone');
  });

  it('that cannot be undone says why', () => {
    fs.rmSync(path.dirname(dll), { recursive: true });
    fs.writeFileSync(path.dirname(dll), 'a file in the place of the folder');
    const told = fileChanges(target({ mtimeMs: 1 }), () => Buffer.from('v1'))(dll, 'deleted');
    expect(told?.text).toContain('It could not be undone: ');
    expect(told?.change.undone).toBeUndefined();
  });
});
