import { constants, type Dirent, type Stats } from 'node:fs';
import { chmod, copyFile, lstat, lutimes, mkdir, readdir, readlink, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { TreeSize } from '../contracts/snapshot.ts';

export interface CopiedTree extends TreeSize {
  /** Pipes, sockets and devices, and what went while it was copied. */
  readonly passedOver: number;
}

export interface CopyOptions {
  /** Somebody writes there meanwhile: what goes before its turn is passed over. Without it, that is an error. */
  readonly live: boolean;
  /** Host paths that are left out. */
  readonly except?: readonly string[];
}

/**
 * Copies a folder with everything below it. Contents are shared where the file system can share them until one is written (hard links
 * would share the writes as well). Links are copied as links, whatever they lead to; modes and times of change are kept.
 *
 * @param from an existing folder
 * @param to an empty folder, or none
 * @throws the file system's error, with its path; what was copied until then is left
 */
export async function copyTree(from: string, to: string, options: CopyOptions): Promise<CopiedTree> {
  const tally = emptyTally();
  await copyFolder(from, to, await lstat(from), options, tally);
  return tally;
}

/** @returns what a copy of the folder would take; what goes meanwhile does not count. @param except host paths that are left out */
export async function measureTree(root: string, except: readonly string[] = []): Promise<TreeSize> {
  const { passedOver: _, ...tally } = emptyTally();
  const measure = async (folder: string): Promise<void> => {
    const all = await unlessGone(true, () => readdir(folder, { withFileTypes: true }));
    const entries = (all ?? []).filter(({ name }) => !except.includes(join(folder, name)));
    for (const some of portions(entries)) {
      const stats = await Promise.all(some.map((entry) => unlessGone(true, () => lstat(join(folder, entry.name)))));
      for (const found of stats) {
        if (found?.isFile() === true) count(tally, 'files', found.size);
        else if (found?.isSymbolicLink() === true) count(tally, 'links');
      }
    }
    for (const entry of entries) {
      if (!entry.isDirectory()) continue;
      count(tally, 'folders');
      await measure(join(folder, entry.name));
    }
  };
  await measure(root);
  return tally;
}

type Tally = { -readonly [Key in keyof CopiedTree]: number };

function emptyTally(): Tally {
  return { files: 0, folders: 0, links: 0, bytes: 0, passedOver: 0 };
}

function count(tally: Omit<Tally, 'passedOver'>, what: 'files' | 'folders' | 'links', bytes = 0): void {
  tally[what] += 1;
  tally.bytes += bytes;
}

async function copyFolder(from: string, to: string, stats: Stats, options: CopyOptions, tally: Tally): Promise<void> {
  const entries = await unlessGone(options.live, () => readdir(from, { withFileTypes: true }));
  await mkdir(to, { recursive: true });
  const wanted = (entries ?? []).filter(({ name }) => options.except?.includes(join(from, name)) !== true);
  const others = wanted.filter((entry) => !entry.isDirectory());
  for (const some of portions(others)) await Promise.all(some.map((entry) => copyEntry(from, to, entry, options, tally)));
  for (const { name } of wanted.filter((entry) => entry.isDirectory())) {
    const source = join(from, name);
    const below = await unlessGone(options.live, () => lstat(source));
    if (below?.isDirectory() === true) {
      count(tally, 'folders');
      await copyFolder(source, join(to, name), below, options, tally);
    } else tally.passedOver += 1;
  }
  // Last: a folder may be one that nobody can write to, and every entry has changed its time.
  await chmod(to, stats.mode & 0o7777);
  await utimes(to, stats.atime, stats.mtime);
}

async function copyEntry(from: string, to: string, { name }: Dirent, options: CopyOptions, tally: Tally): Promise<void> {
  const source = join(from, name);
  const target = join(to, name);
  const copied = await unlessGone(options.live, async () => {
    const stats = await lstat(source);
    if (stats.isSymbolicLink()) {
      await symlink(await readlink(source), target);
      await lutimes(target, stats.atime, stats.mtime);
      count(tally, 'links');
      return true;
    }
    if (!stats.isFile()) return false;
    await copyFile(source, target, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
    await utimes(target, stats.atime, stats.mtime);
    count(tally, 'files', stats.size);
    return true;
  });
  if (copied !== true) tally.passedOver += 1;
}

/** So many at once keep the threads that do it busy. */
const portion = 16;

function portions<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / portion) }, (_, index) => items.slice(index * portion, (index + 1) * portion));
}

/** @returns undefined for what has gone, where that may be */
async function unlessGone<Value>(live: boolean, get: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await get();
  } catch (error) {
    // A folder may have become a file meanwhile.
    if (live && ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
