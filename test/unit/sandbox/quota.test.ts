import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StorageUse } from '../../../contracts/storage-use.ts';
import { type DriveLayout, driveLayout } from '../../../sandbox/drive-layout.ts';
import { prepareLocalStorage } from '../../../sandbox/local-storage.ts';
import { countBytes } from '../../../sandbox/quota/count-bytes.ts';
import { watchStorage } from '../../../sandbox/quota/watch-storage.ts';
import { vmDocument } from './vm.ts';

const megabyte = 1_048_576;
const vm = vmDocument({ localStorage: [{ name: 'Cache', sizeInMB: 1, cleanOnRoleRecycle: false }], roleTempInMB: 2 });
let root: string;
let layout: DriveLayout;
let end = () => {};
beforeEach(async () => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'rolevm-quota-')));
  layout = driveLayout(root, vm);
  await prepareLocalStorage(layout, vm);
});
afterEach(() => {
  end();
  fs.rmSync(root, { recursive: true, force: true });
});

/** What a watch tells, and how to wait for the next of it. */
function watched() {
  const told: (StorageUse[] | string)[] = [];
  const waiting: (() => void)[] = [];
  const tell = (what: StorageUse[] | string) => {
    told.push(what);
    for (const wake of waiting.splice(0)) wake();
  };
  end = watchStorage(layout, vm, {
    crossed: ({ name }, how) => tell(`${name} ${how}`),
    over: (all) => tell([...all]),
    unwatched: (directory) => tell(`unwatched ${directory}`),
  });
  return async (number: number) => {
    while (told.length < number) await new Promise<void>((resolve) => waiting.push(resolve));
    return told.splice(0, number);
  };
}

const cache = (...names: string[]) => path.join(layout.localStorage('Cache').host, ...names);

describe('the bytes below a folder', () => {
  it('are those of its files at any depth; links are not followed, and each folder is entered', async () => {
    fs.mkdirSync(cache('a', 'b'), { recursive: true });
    fs.writeFileSync(cache('one'), Buffer.alloc(10));
    fs.writeFileSync(cache('a', 'b', 'two'), Buffer.alloc(5));
    if (process.platform !== 'win32') fs.symlinkSync(cache('one'), cache('link'));
    const entered: string[] = [];
    expect(await countBytes(cache(), (folder) => entered.push(folder))).toBe(15);
    expect(entered).toEqual([cache(), cache('a'), cache('a', 'b')]);
    expect(await countBytes(cache('nowhere'), () => {})).toBe(0);
  });
});

describe('a LocalStorage', () => {
  it('that holds more than it may from the beginning is told', async () => {
    fs.writeFileSync(cache('big'), Buffer.alloc(megabyte + 1));
    const next = watched();
    expect(await next(2)).toEqual(['Cache over', [expect.objectContaining({ name: 'Cache', sizeInMB: 1, usedBytes: megabyte + 1 })]]);
  });

  it('at its size is none that holds more', async () => {
    fs.writeFileSync(cache('big'), Buffer.alloc(megabyte));
    expect(await watched()(1)).toEqual([[]]);
  });

  it('is counted anew when something is written below it, in a folder that was made meanwhile too, and told at crossings only', async () => {
    const next = watched();
    expect(await next(1)).toEqual([[]]);
    fs.mkdirSync(cache('new'));
    fs.writeFileSync(cache('new', 'big'), Buffer.alloc(2 * megabyte));
    expect(await next(2)).toEqual(['Cache over', [expect.objectContaining({ usedBytes: 2 * megabyte })]]);
    // Still more than it may hold: nobody is told of the first of these, so that what comes next is the second.
    fs.truncateSync(cache('new', 'big'), megabyte);
    fs.rmSync(cache('new'), { recursive: true });
    expect(await next(2)).toEqual(['Cache under', []]);
    fs.mkdirSync(cache('new'));
    fs.writeFileSync(cache('new', 'big'), Buffer.alloc(3 * megabyte));
    expect(await next(2)).toEqual(['Cache over', [expect.objectContaining({ usedBytes: 3 * megabyte })]]);
  });

  it('and RoleTemp are told together', async () => {
    fs.writeFileSync(cache('big'), Buffer.alloc(2 * megabyte));
    fs.writeFileSync(path.join(layout.roleTemp.host, 'big'), Buffer.alloc(3 * megabyte));
    const all = (await watched()(3)).at(-1) as StorageUse[];
    expect(all.map(({ name, sizeInMB }) => [name, sizeInMB])).toEqual([
      ['Cache', 1],
      ['RoleTemp', 2],
    ]);
  });
});
