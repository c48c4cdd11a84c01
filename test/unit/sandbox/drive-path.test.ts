import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../contracts/diagnostic.ts';
import { toDrivePath, toHostPath } from '../../../sandbox/drive-path.ts';

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'rolevm-path-')));
  mkdirSync(join(root, 'E', 'approot', 'Bin'), { recursive: true });
  mkdirSync(join(root, 'C', 'Logs'), { recursive: true });
  writeFileSync(join(root, 'E', 'approot', 'WorkerRole1.dll'), '');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('toHostPath', () => {
  it.each([
    ['E:\\approot\\WorkerRole1.dll', ['E', 'approot', 'WorkerRole1.dll']],
    ['e:/APPROOT/workerrole1.DLL', ['E', 'approot', 'WorkerRole1.dll']],
    ['E:\\approot\\.\\bin\\New.dll', ['E', 'approot', 'Bin', 'New.dll']],
    ['E:\\absent\\Deep\\x', ['E', 'absent', 'Deep', 'x']],
    ['E:\\approot. \\WorkerRole1.dll.', ['E', 'approot', 'WorkerRole1.dll']],
    ['E:', ['E']],
    ['E:\\', ['E']],
    ['c:\\logs\\WaAppAgent.log', ['C', 'Logs', 'WaAppAgent.log']],
    ['F:\\not-mounted', ['F', 'not-mounted']],
    ['E:\\consul\\com10', ['E', 'consul', 'com10']],
  ])('%s is found as NTFS finds it', (drivePath, expected) => {
    expect(toHostPath(root, drivePath)).toBe(join(root, ...expected));
  });

  it.each([
    'E:\\..\\C\\x',
    'E:\\approot\\..\\x',
    'E:/approot/../../../etc/passwd',
    '\\\\server\\share\\x',
    '//server/share',
    '\\\\?\\E:\\approot',
    '\\\\.\\PhysicalDrive0',
    'E:\\approot\\NUL',
    'E:\\con.txt',
    'E:\\LPT1\\x',
    'E:\\com¹',
    'E:\\approot\\x.dll:stream',
    'E:\\approot\\x.dll::$DATA',
    'Z:\\x',
    'A:\\x',
    'E:relative',
    '/etc/passwd',
    'approot\\x',
    '',
    'E:\\a\0b',
    'E:\\a\nb',
    'E:\\*.dll',
    'E:\\...\\x',
    'E:\\ \\x',
  ])('%j is refused with a sentence and a mend', (drivePath) => {
    let error: unknown;
    try {
      toHostPath(root, drivePath);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ code: 'RV3101', mend: expect.stringContaining('E:\\') });
  });

  it.skipIf(process.platform === 'win32')('a symbolic link that stays on its drive is followed, one that leads out is refused', () => {
    const outside = mkdtempSync(join(tmpdir(), 'rolevm-outside-'));
    try {
      symlinkSync(join(root, 'E', 'approot', 'Bin'), join(root, 'E', 'inside'));
      expect(toHostPath(root, 'E:\\inside\\x.dll')).toBe(join(root, 'E', 'inside', 'x.dll'));
      symlinkSync(outside, join(root, 'E', 'out'));
      symlinkSync(join(outside, 'not-there'), join(root, 'E', 'dangling'));
      symlinkSync(join(root, 'C'), join(root, 'E', 'other-drive'));
      for (const path of ['E:\\out', 'E:\\OUT\\new\\file', 'E:\\dangling', 'E:\\other-drive\\Logs']) {
        expect(() => toHostPath(root, path), path).toThrow(/leads out of the drive/);
      }
    } finally {
      rmSync(outside, { recursive: true, force: true });
    }
  });
});

describe('toDrivePath', () => {
  it('gives what toHostPath takes, with the names of the disk', () => {
    const host = join(root, 'E', 'approot', 'WorkerRole1.dll');
    expect(toDrivePath(root, host)).toBe('E:\\approot\\WorkerRole1.dll');
    expect(toHostPath(root, toDrivePath(root, host) as string)).toBe(host);
    expect(toDrivePath(root, join(root, 'C'))).toBe('C:\\');
  });

  it('knows nothing of what lies on no drive', () => {
    for (const path of [root, join(root, '..'), join(root, 'vm.json'), join(root, 'E.old-1', 'x'), '/etc/passwd', `${root}2/E/x`]) {
      expect(toDrivePath(root, path), path).toBeUndefined();
    }
  });

  it.skipIf(process.platform === 'win32')('has no drive path for a name that Windows could not have', () => {
    for (const name of ['a\\b', 'a:b', 'nul', 'x?', 'x.']) expect(toDrivePath(root, join(root, 'E', name)), name).toBeUndefined();
  });
});
