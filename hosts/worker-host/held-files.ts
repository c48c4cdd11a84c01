import fs from 'node:fs';
import { createRequire } from 'node:module';
import type { HeldFile, HostedEntryPoint } from '../../contracts/links.ts';
import { toDrivePath } from '../../sandbox/drive-path.ts';

/** What Windows keeps locked once it is loaded, a DLL also under an extension of its own; JavaScript dependencies are read and let go. */
const locked = /\.(dll(\.[cm]?js)?|exe|node)$/i;

/**
 * The files on the drives that this process holds loaded.
 *
 * @param modified when the files that are already known were last written, by host path; grows by those that are new
 */
export function heldFiles(
  vmRoot: string,
  entryPoint: HostedEntryPoint | undefined,
  modified: Map<string, number> = new Map(),
): readonly HeldFile[] {
  if (entryPoint?.kind !== 'NetFxEntryPoint') return [];
  // A module that is an ES module does not stand in the cache, the entry point itself always counts.
  const loaded = new Set([entryPoint.file, ...Object.keys(createRequire(entryPoint.file).cache)]);
  return [...loaded].flatMap((host) => {
    const file = locked.test(host) ? toDrivePath(vmRoot, host) : undefined;
    return file === undefined ? [] : [{ file, mtimeMs: noteModified(modified, host) }];
  });
}

/** When a file was last written as of the first look at it, which is best before it is loaded; 0 for one that is gone. */
export function noteModified(modified: Map<string, number>, file: string): number {
  const known = modified.get(file) ?? fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  modified.set(file, known);
  return known;
}
