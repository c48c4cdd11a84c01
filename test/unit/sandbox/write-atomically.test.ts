import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeAtomically } from '../../../kernel/write-atomically.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rolevm-write-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('writeAtomically', () => {
  it('replaces the whole content and leaves nothing beside the file', () => {
    const file = join(folder, 'vm.json');
    writeAtomically(file, 'first, and long');
    writeAtomically(file, 'second', { durable: true });
    expect(readFileSync(file, 'utf8')).toBe('second');
    expect(readdirSync(folder)).toEqual(['vm.json']);
  });

  it.skipIf(process.platform === 'win32')('gives exactly the mode asked for, whatever the umask and the former mode', () => {
    const file = join(folder, 'state.json');
    writeFileSync(file, 'open to all', { mode: 0o644 });
    writeAtomically(file, 'secret', { mode: 0o600 });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    writeAtomically(file, 'shared', { mode: 0o666 });
    expect(statSync(file).mode & 0o777).toBe(0o666);
  });

  it.skipIf(process.platform === 'win32')('replaces a symbolic link and leaves its target alone', () => {
    const target = join(folder, 'target');
    writeFileSync(target, 'untouched');
    symlinkSync(target, join(folder, 'link'));
    symlinkSync(target, join(folder, `.link.${process.pid}.tmp`));
    writeAtomically(join(folder, 'link'), 'new');
    expect(readFileSync(target, 'utf8')).toBe('untouched');
    expect(lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(false);
  });

  it('keeps the former content and leaves nothing beside it when the rename fails', () => {
    mkdirSync(join(folder, 'taken'));
    expect(() => writeAtomically(join(folder, 'taken'), 'x')).toThrow();
    expect(readdirSync(folder)).toEqual(['taken']);
    expect(() => writeAtomically(join(folder, 'absent', 'x'), 'x')).toThrow(/ENOENT/);
    expect(existsSync(join(folder, 'absent'))).toBe(false);
  });
});
