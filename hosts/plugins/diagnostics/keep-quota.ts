import fs from 'node:fs';
import path from 'node:path';
import { findFiles } from './find-files.ts';

/**
 * Removes the oldest files below folders until all of them together have no more bytes than they may; a file that alone has more goes too.
 *
 * @param folders host paths
 * @returns host paths of what was removed
 */
export function keepQuota(folders: readonly string[], mostBytes: number): readonly string[] {
  const files = folders.flatMap((folder) => findFiles(folder).flatMap((file) => sizeOf(file.path)));
  let total = files.reduce((sum, { size }) => sum + size, 0);
  const removed: string[] = [];
  for (const { file, size } of files.sort((a, b) => a.mtimeMs - b.mtimeMs)) {
    if (total <= mostBytes) break;
    fs.rmSync(file, { force: true });
    removed.push(file);
    total -= size;
  }
  return removed;
}

/** None for a file that has gone meanwhile. */
function sizeOf(file: string): { readonly file: string; readonly size: number; readonly mtimeMs: number }[] {
  const stats = fs.lstatSync(file, { throwIfNoEntry: false });
  return stats === undefined ? [] : [{ file: path.normalize(file), size: stats.size, mtimeMs: stats.mtimeMs }];
}
