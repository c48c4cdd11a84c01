import { readdirSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

/**
 * A folder as a service model names it: with slashes of either kind, upper and lower case alike (SM 11).
 *
 * @param base absolute path that a relative one starts from
 * @returns its path on this machine, or undefined when there is no such folder
 */
export function findFolder(base: string, name: string): string | undefined {
  if (isAbsolute(name)) return isFolder(name) ? name : undefined;
  let folder: string | undefined = base;
  for (const step of name.split(/[\\/]/)) {
    if (folder === undefined) return undefined;
    if (step === '' || step === '.') continue;
    folder = step === '..' ? join(folder, '..') : childFolder(folder, step);
  }
  return folder !== undefined && isFolder(folder) ? folder : undefined;
}

/**
 * A folder directly inside another one, upper and lower case alike.
 *
 * @param name compared with what is there, so no name leads elsewhere
 */
export function childFolder(folder: string, name: string): string | undefined {
  const folders = namesIn(folder).filter((entry) => entry.toLowerCase() === name.toLowerCase() && isFolder(join(folder, entry)));
  const found = folders.find((entry) => entry === name) ?? folders[0];
  return found === undefined ? undefined : join(folder, found);
}

/** The names in a folder, or none where it cannot be read. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
