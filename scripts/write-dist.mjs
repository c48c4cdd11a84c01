import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** @typedef {{ content: Uint8Array, executable?: boolean }} DistFile */

/**
 * Brings a folder to exactly these files, one rename each, in the order given.
 *
 * A running emulator starts processes out of this folder at any time. Renaming file over file means that every name always exists
 * whole, which swapping the folder cannot promise; files that did not change are not touched, so their code caches stay good.
 *
 * @param {string} folder
 * @param {string} scratch folder on the same file system for what is not whole yet
 * @param {ReadonlyMap<string, DistFile>} files by name relative to the folder, with forward slashes
 */
export function writeDist(folder, scratch, files) {
  mkdirSync(scratch, { recursive: true });
  for (const [name, file] of files) {
    const path = join(folder, name);
    if (existsSync(path) && readFileSync(path).equals(file.content)) continue;
    const fresh = join(scratch, `${basename(name)}.${process.pid}.tmp`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(fresh, file.content);
    chmodSync(fresh, file.executable ? 0o755 : 0o644);
    renameSync(fresh, path);
  }
  for (const name of namesUnder(folder)) if (!files.has(name)) rmSync(join(folder, name), { force: true });
}

/**
 * @param {string} folder
 * @returns {string[]} names of files relative to the folder, with forward slashes
 */
function namesUnder(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    );
}
