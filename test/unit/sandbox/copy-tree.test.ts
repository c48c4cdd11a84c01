import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyTree, measureTree } from '../../../sandbox/copy-tree.ts';

let folder: string;
let from: string;
let to: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rolevm-copy-'));
  from = path.join(folder, 'from');
  to = path.join(folder, 'to');
  fs.mkdirSync(path.join(from, 'below/deeper'), { recursive: true });
  fs.writeFileSync(path.join(from, 'below/data'), 'twelve bytes');
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => path.join(from, name);
const copied = (name: string) => path.join(to, name);

describe('a copy of a folder', () => {
  it('has every file, folder and link, and is counted as it was measured', async () => {
    fs.symlinkSync('below/data', at('link'));
    const { passedOver, ...tally } = await copyTree(from, to, { live: false });
    expect(fs.readFileSync(copied('below/data'), 'utf8')).toBe('twelve bytes');
    expect(fs.readdirSync(copied('below/deeper'))).toEqual([]);
    expect(tally).toEqual({ files: 1, folders: 2, links: 1, bytes: 12 });
    expect(await measureTree(from)).toEqual(tally);
    expect(passedOver).toBe(0);
  });

  it('keeps modes and times of change, also of a folder that nobody can write to and of a link', async () => {
    const then = new Date('2011-03-01T08:00:00Z');
    fs.chmodSync(at('below/data'), 0o755);
    fs.symlinkSync('nowhere', at('below/link'));
    fs.utimesSync(at('below/data'), then, then);
    fs.lutimesSync(at('below/link'), then, then);
    fs.utimesSync(at('below'), then, then);
    fs.chmodSync(at('below'), 0o555);
    await copyTree(from, to, { live: false });
    for (const name of ['below', 'below/data', 'below/link']) {
      expect(fs.lstatSync(copied(name)).mtime).toEqual(then);
      expect(fs.lstatSync(copied(name)).mode).toBe(fs.lstatSync(at(name)).mode);
    }
    for (const root of [from, to]) fs.chmodSync(path.join(root, 'below'), 0o755);
  });

  it('copies a link as a link, wherever it leads, and never what is behind it', async () => {
    const outside = path.join(folder, 'outside');
    fs.mkdirSync(outside);
    fs.writeFileSync(path.join(outside, 'secret'), 'of somebody else');
    fs.symlinkSync(outside, at('way-out'));
    fs.symlinkSync('../../nowhere', at('dangling'));
    await copyTree(from, to, { live: true });
    expect(fs.readlinkSync(copied('way-out'))).toBe(outside);
    expect(fs.readlinkSync(copied('dangling'))).toBe('../../nowhere');
  });

  it('shares no later write with what it was made from, also where that is one file under two names', async () => {
    fs.linkSync(at('below/data'), at('same'));
    await copyTree(from, to, { live: false });
    fs.writeFileSync(at('same'), 'changed');
    fs.writeFileSync(copied('same'), 'changed otherwise');
    expect(fs.readFileSync(copied('below/data'), 'utf8')).toBe('twelve bytes');
    expect(fs.readFileSync(at('below/data'), 'utf8')).toBe('changed');
  });

  it.skipIf(process.platform === 'win32')('passes over pipes, without waiting for somebody to write, and counts them', async () => {
    execFileSync('mkfifo', [at('pipe')]);
    expect((await copyTree(from, to, { live: false })).passedOver).toBe(1);
    expect(fs.readdirSync(to)).toEqual(['below']);
  });

  it('leaves out what it is told to', async () => {
    await copyTree(from, to, { live: false, except: [at('below/data')] });
    expect(fs.readdirSync(copied('below'))).toEqual(['deeper']);
    expect((await measureTree(from, [at('below')])).folders).toBe(0);
  });

  it('has every file of a folder with many of them', async () => {
    for (let n = 0; n < 100; n += 1) fs.writeFileSync(at(`below/${n}`), String(n));
    expect((await copyTree(from, to, { live: false })).files).toBe(101);
    expect(fs.readFileSync(copied('below/99'), 'utf8')).toBe('99');
  });

  it('passes over what goes meanwhile where somebody writes, and fails where nobody may', async () => {
    const vanishing = async (live: boolean) => {
      const copying = copyTree(from, path.join(folder, `to-${live}`), { live });
      // Its parent has been listed by the next turn at the latest; then it is not there any more.
      fs.rmSync(at('below'), { recursive: true, force: true });
      return copying;
    };
    await expect(vanishing(true)).resolves.toMatchObject({ files: 0 });
    await expect(copyTree(at('gone'), copied('gone'), { live: false })).rejects.toThrow(/ENOENT/);
  });

  it('never writes over what is there', async () => {
    fs.mkdirSync(copied('below'), { recursive: true });
    fs.writeFileSync(copied('below/data'), 'of somebody else');
    await expect(copyTree(from, to, { live: false })).rejects.toThrow(/EEXIST/);
    expect(fs.readFileSync(copied('below/data'), 'utf8')).toBe('of somebody else');
  });
});
