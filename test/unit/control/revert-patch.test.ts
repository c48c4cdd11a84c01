import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KnownProcess } from '../../../agents/host-agent/process-registry.ts';
import type { PatchTarget } from '../../../control/emulator/patch-target.ts';
import { revertPatch } from '../../../control/emulator/revert-patch.ts';

let root: string;
beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'rolevm-revert-')));
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

const host: KnownProcess = { name: 'WaWorkerHost', kind: 'played', pid: 7, ppid: 1, startTicks: '1', startedAt: '', state: '', since: '' };

/** An instance with these files on its E:, by path and content. */
function instance(name: string, files: Readonly<Record<string, string>>, holds: () => readonly string[] = () => []): PatchTarget {
  for (const [file, content] of Object.entries(files)) {
    const full = path.join(root, name, 'E', file);
    fs.mkdirSync(path.dirname(full), { recursive: true });
    fs.writeFileSync(full, content);
  }
  return {
    instance: name,
    vmRoot: path.join(root, name),
    roleDrive: 'E',
    restartAt: () => undefined,
    holders: () => [{ ...host, holds: [...holds()] }],
  };
}

const content = (name: string, file: string) => fs.readFileSync(path.join(root, name, 'E', file), 'utf8');
const filesOf = (name: string) => fs.readdirSync(path.join(root, name, 'E/approot')).sort();
const never = async () => {
  throw new Error('nobody was to wait');
};

describe('a revert', () => {
  it('puts the newest backup back, then the one before it, until there is none', async () => {
    const target = instance('W_IN_0', { 'approot/W.dll': 'v3', 'approot/W.dll.bak': 'v1', 'approot/W.dll.bak.1': 'v2' });
    const hostPath = path.join(root, 'W_IN_0/E/approot/W.dll');
    const sha256 = createHash('sha256').update('v2').digest('hex');
    expect(await revertPatch({}, [target], never)).toEqual({
      reverted: [{ instance: 'W_IN_0', drivePath: 'E:\\approot\\W.dll', hostPath, backup: `${hostPath}.bak.1`, sha256 }],
    });
    expect([content('W_IN_0', 'approot/W.dll'), filesOf('W_IN_0')]).toEqual(['v2', ['W.dll', 'W.dll.bak']]);
    await revertPatch({}, [target], never);
    expect([content('W_IN_0', 'approot/W.dll'), filesOf('W_IN_0')]).toEqual(['v1', ['W.dll']]);
    await expect(revertPatch({}, [target], never)).rejects.toMatchObject({ code: 'RV4305', message: 'no file has been patched' });
  });

  it('counts backups: .bak.10 is newer than .bak.9', async () => {
    const backups = Array.from({ length: 10 }, (_, index) => [`approot/W.dll.bak.${index + 1}`, `v${index + 2}`]);
    const target = instance('W_IN_0', { 'approot/W.dll': 'v12', 'approot/W.dll.bak': 'v1', ...Object.fromEntries(backups) });
    await revertPatch({}, [target], never);
    expect(content('W_IN_0', 'approot/W.dll')).toBe('v11');
  });

  it('reverts the file in every instance that was patched', async () => {
    const patched = { 'approot/W.dll': 'v2', 'approot/W.dll.bak': 'v1' };
    const targets = [instance('W_IN_0', patched), instance('W_IN_1', patched), instance('X_IN_0', { 'approot/X.dll': 'v1' })];
    expect((await revertPatch({}, targets, never)).reverted.map((entry) => entry.instance)).toEqual(['W_IN_0', 'W_IN_1']);
  });

  it('asks which file when several were patched and none is named, and changes nothing', async () => {
    const target = instance('W_IN_0', {
      'approot/W.dll.bak': 'v1',
      'approot/W.dll': 'v2',
      'approot/a/T.cmd.bak': 'a',
      'approot/a/T.cmd': 'b',
    });
    await expect(revertPatch({}, [target], never)).rejects.toMatchObject({
      code: 'RV4306',
      message: expect.stringMatching(/^several files have been patched: (?=.*E:\\approot\\W\.dll)(?=.*E:\\approot\\a\\T\.cmd)/),
    });
    expect(content('W_IN_0', 'approot/W.dll')).toBe('v2');
  });

  it.each(['t.CMD', 'build/T.cmd', 'e:\\APPROOT\\a\\t.cmd'])('takes the one that is named: %s', async (file) => {
    const target = instance('W_IN_0', {
      'approot/W.dll.bak': 'v1',
      'approot/W.dll': 'v2',
      'approot/a/T.cmd.bak': 'a',
      'approot/a/T.cmd': 'b',
    });
    const { reverted } = await revertPatch({ file }, [target], never);
    expect(reverted.map((entry) => entry.drivePath)).toEqual(['E:\\approot\\a\\T.cmd']);
    expect([content('W_IN_0', 'approot/a/T.cmd'), content('W_IN_0', 'approot/W.dll')]).toEqual(['a', 'v2']);
  });

  it.each(['E:\\approot\\W.dll', 'E:\\absent\\W.dll', 'W.dll'])('of %s, which was not patched, is refused', async (file) => {
    await expect(revertPatch({ file }, [instance('W_IN_0', { 'approot/W.dll': 'v1' })], never)).rejects.toMatchObject({ code: 'RV4305' });
  });

  it('never leaves its drive', async () => {
    const target = instance('W_IN_0', { 'approot/W.dll': 'v1' });
    await expect(revertPatch({ file: 'E:\\..\\vm.json' }, [target], never)).rejects.toMatchObject({ code: 'RV3101' });
  });

  it('is refused in all instances while a host of one has the file loaded, and waits for its end when told', async () => {
    const patched = { 'approot/W.dll': 'v2', 'approot/W.dll.bak': 'v1' };
    let holds = ['E:\\approot\\W.dll'];
    const targets = [instance('W_IN_0', patched), instance('W_IN_1', patched, () => holds)];
    await expect(revertPatch({}, targets, never)).rejects.toMatchObject({
      code: 'RV4303',
      mend: expect.stringContaining('rolevm patch --revert --wait'),
    });
    expect([content('W_IN_0', 'approot/W.dll'), content('W_IN_1', 'approot/W.dll')]).toEqual(['v2', 'v2']);
    await expect(revertPatch({ waitMs: 1 }, targets, async () => false)).rejects.toMatchObject({ code: 'RV4303' });
    const { reverted } = await revertPatch({ waitMs: 1 }, targets, async () => {
      holds = [];
      return true;
    });
    expect(reverted).toHaveLength(2);
  });
});
