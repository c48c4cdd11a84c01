import { UserError } from '../../contracts/diagnostic.ts';
import type { SnapshotManifest, TreeSize } from '../../contracts/snapshot.ts';
import { readManifest } from './manifest.ts';
import { snapshotNames } from './snapshot-place.ts';

/** A snapshot, or why it cannot be used. */
export type ListedSnapshot =
  | (SnapshotManifest & Pick<TreeSize, 'files' | 'bytes'>)
  | { readonly name: string; readonly flaw: string; readonly code: string };

/** The snapshots of a state directory, oldest first; those that cannot be used come last. */
export function listSnapshots(stateDirectory: string): readonly ListedSnapshot[] {
  const listed = snapshotNames(stateDirectory).map((name) => listedSnapshot(stateDirectory, name));
  const createdAt = (snapshot: ListedSnapshot) => ('flaw' in snapshot ? 'z' : snapshot.createdAt);
  return [...listed].sort((a, b) => (createdAt(a) < createdAt(b) ? -1 : createdAt(a) > createdAt(b) ? 1 : 0));
}

/** What the drives of a snapshot hold together. */
export function sizeOf({ vms }: Pick<SnapshotManifest, 'vms'>): TreeSize {
  return totalOf(vms.flatMap(({ drives }) => drives));
}

export function totalOf(sizes: readonly TreeSize[]): TreeSize {
  const sum = (of: keyof TreeSize) => sizes.reduce((total, size) => total + size[of], 0);
  return { files: sum('files'), folders: sum('folders'), links: sum('links'), bytes: sum('bytes') };
}

function listedSnapshot(stateDirectory: string, name: string): ListedSnapshot {
  try {
    const manifest = readManifest(stateDirectory, name);
    const { files, bytes } = sizeOf(manifest);
    return { ...manifest, files, bytes };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { name, flaw: error.message, code: error.code };
  }
}
