import { createRequire } from 'node:module';
import type { HostedEntryPoint } from '../../contracts/links.ts';
import { toDrivePath } from '../../sandbox/drive-path.ts';

/** What Windows keeps locked once it is loaded, a DLL also under an extension of its own; JavaScript dependencies are read and let go. */
const locked = /\.(dll(\.[cm]?js)?|exe|node)$/i;

/** The files on the drives that this process holds loaded, as drive paths. */
export function heldFiles(vmRoot: string, entryPoint: HostedEntryPoint | undefined): readonly string[] {
  if (entryPoint?.kind !== 'NetFxEntryPoint') return [];
  // A module that is an ES module does not stand in the cache, the entry point itself always counts.
  const loaded = new Set([entryPoint.file, ...Object.keys(createRequire(entryPoint.file).cache)]);
  return [...loaded].filter((file) => locked.test(file)).flatMap((file) => toDrivePath(vmRoot, file) ?? []);
}
