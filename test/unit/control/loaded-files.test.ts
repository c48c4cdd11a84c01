import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KnownProcess } from '../../../agents/host-agent/process-registry.ts';
import { processRegistry } from '../../../agents/host-agent/process-registry.ts';
import { loadedFiles } from '../../../control/emulator/loaded-files.ts';
import { loadedText } from '../../../control/loaded-text.ts';

let vms: string;
let dll: string;
beforeEach(() => {
  vms = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'rolevm-loaded-')));
  dll = path.join(vms, 'W_IN_0/E/approot/W.dll');
  fs.mkdirSync(path.dirname(dll), { recursive: true });
  fs.writeFileSync(dll, 'v1');
  fs.utimesSync(dll, 1_000, 1_000);
});
afterEach(() => fs.rmSync(vms, { recursive: true, force: true }));

const file = 'E:\\approot\\W.dll';
const mtime = new Date(1_000_000).toISOString();
const sha256 = createHash('sha256').update('v1').digest('hex');

function host(pid: number, loaded: KnownProcess['loaded']): KnownProcess {
  return { name: 'WaWorkerHost', kind: 'played', pid, ppid: 1, startTicks: '1', startedAt: '', state: '', since: '', loaded };
}

describe('the version of a loaded file', () => {
  it('is what lay there when the host reported it, whatever is copied over it later', () => {
    const loaded = loadedFiles(vms);
    loaded.note('W_IN_0', host(7, [{ file, mtimeMs: 1_000_000 }]));
    fs.writeFileSync(dll, 'v2');
    loaded.note('W_IN_0', host(7, [{ file, mtimeMs: 1_000_000 }]));
    expect(loaded.of('W_IN_0')).toEqual([{ file, sha256, mtime }]);
    expect(loaded.of('W_IN_1')).toEqual([]);
  });

  it('has no hash when the file was replaced between the load and the report', () => {
    const loaded = loadedFiles(vms);
    fs.writeFileSync(dll, 'v2');
    loaded.note('W_IN_0', host(7, [{ file, mtimeMs: 1_000_000 }]));
    expect(loaded.of('W_IN_0')).toEqual([{ file, mtime }]);
    expect(loadedText({ file, mtime })).toBe(`loaded ${file} replaced before it could be read, written ${mtime}`);
    expect(loadedText({ file, mtime, sha256 })).toBe(`loaded ${file} sha256 ${sha256.slice(0, 16)}, written ${mtime}`);
  });

  it.each(['E:\\..\\..\\secret', '/etc/passwd', 'E:\\absent.dll', 'E:\\approot'])(
    'is not looked for outside of files of the drives: %s',
    (name) => {
      const loaded = loadedFiles(vms);
      loaded.note('W_IN_0', host(7, [{ file: name, mtimeMs: fs.statSync(path.dirname(dll)).mtimeMs }]));
      expect(loaded.of('W_IN_0')[0]).not.toHaveProperty('sha256');
    },
  );

  it('keeps its content only when told, as long as its process is known', () => {
    const process = host(7, [{ file, mtimeMs: 1_000_000 }]);
    const [plain, keeping] = [loadedFiles(vms), loadedFiles(vms, true)];
    for (const loaded of [plain, keeping]) loaded.note('W_IN_0', process);
    fs.writeFileSync(dll, 'v2');
    expect(plain.content('W_IN_0', process, file)).toBeUndefined();
    expect(String(keeping.content('W_IN_0', process, file.toUpperCase()))).toBe('v1');
    keeping.forget('W_IN_0', process);
    expect(keeping.content('W_IN_0', process, file)).toBeUndefined();
  });

  it('is forgotten with its process, and not told of one that lives no longer', () => {
    const loaded = loadedFiles(vms);
    const [old, young] = [host(7, [{ file, mtimeMs: 1_000_000 }]), host(8, [{ file, mtimeMs: 1_000_000 }])];
    loaded.note('W_IN_0', old);
    loaded.note('W_IN_0', young);
    expect(loaded.of('W_IN_0')).toHaveLength(2);
    expect(loaded.of('W_IN_0', [young])).toHaveLength(1);
    loaded.forget('W_IN_0', old);
    expect(loaded.of('W_IN_0')).toHaveLength(1);
  });
});

describe('the registry of processes', () => {
  it('tells of a load once, as soon as the files are reported', () => {
    const told: (number | undefined)[] = [];
    const registry = processRegistry({ started: () => {}, ended: () => {}, loaded: (process) => told.push(process.loaded?.length) });
    const report = (loaded: KnownProcess['loaded']) => registry.note(host(7, loaded));
    report([]);
    report([{ file, mtimeMs: 1 }]);
    report([{ file, mtimeMs: 1 }]);
    report([
      { file, mtimeMs: 1 },
      { file: 'E:\\approot\\X.dll', mtimeMs: 1 },
    ]);
    expect(told).toEqual([1, 2]);
  });
});
