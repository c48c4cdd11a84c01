import fs from 'node:fs';
import path from 'node:path';

export interface FoundFile {
  readonly path: string;
  /** Below the folder that was searched, with forward slashes; the name of its copy. */
  readonly name: string;
}

/** More files are no logs any more. */
const mostFiles = 10_000;
const deepest = 32;

/**
 * The regular files below a folder, by name, folder by folder. Links are not followed; what cannot be read is passed over.
 *
 * @param leftOut a folder that is not entered: the agent's own
 */
export function findFiles(folder: string, leftOut?: string): readonly FoundFile[] {
  const found: FoundFile[] = [];
  enter(folder, [], found, leftOut);
  return found;
}

/** The files of a folder itself whose names match. */
export function findLogs(folder: string, matches: (name: string) => boolean): readonly FoundFile[] {
  return entriesOf(folder)
    .filter((entry) => entry.isFile() && matches(entry.name))
    .map(({ name }) => ({ path: path.join(folder, name), name }));
}

function enter(folder: string, names: readonly string[], found: FoundFile[], leftOut: string | undefined): void {
  for (const entry of entriesOf(folder)) {
    if (found.length >= mostFiles) return;
    const inside = path.join(folder, entry.name);
    if (entry.isDirectory() && inside !== leftOut && names.length < deepest) enter(inside, [...names, entry.name], found, leftOut);
    if (entry.isFile()) found.push({ path: inside, name: [...names, entry.name].join('/') });
  }
}

function entriesOf(folder: string): fs.Dirent[] {
  try {
    return fs.readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}
