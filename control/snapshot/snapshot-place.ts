import { readdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../contracts/diagnostic.ts';
import { snapshotNameForm } from '../../contracts/snapshot.ts';
import { isAlive, processIdentity } from '../../kernel/process-table/index.ts';

/** Folder of the snapshots of a state directory. It outlives the deployment. */
export function snapshotsDirectory(stateDirectory: string): string {
  return join(stateDirectory, 'snapshots');
}

/** Folder of the images of a state directory. It outlives the deployment. */
export function imagesDirectory(stateDirectory: string): string {
  return join(stateDirectory, 'images');
}

/** @throws UserError RV6220 when it is no name of a snapshot */
export function snapshotFolder(stateDirectory: string, name: string): string {
  if (snapshotNameForm.test(name)) return join(snapshotsDirectory(stateDirectory), name);
  throw new UserError(
    'RV6220',
    `"${name.slice(0, 120)}" cannot be the name of a snapshot`,
    'use up to 100 letters, digits, ".", "_" and "-", beginning with a letter or digit',
  );
}

/** Names of the folders that stand where snapshots do, in the order of their names. */
export function snapshotNames(stateDirectory: string): readonly string[] {
  try {
    return readdirSync(snapshotsDirectory(stateDirectory), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && snapshotNameForm.test(entry.name))
      .map(({ name }) => name)
      .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  } catch {
    return [];
  }
}

/**
 * A name for something that is not finished. It says whose it is, so that nobody takes away what somebody still works at.
 *
 * @param what `saving`, `deleting` or `restoring`
 */
export function unfinishedName(what: 'saving' | 'deleting' | 'restoring'): string {
  const { pid } = process;
  count += 1;
  return `.${what}-${pid}-${processIdentity(pid)?.startTicks || 0}-${count}`;
}

let count = 0;

/** Paths of what was being saved, restored or deleted when its process was killed, images included. */
export function abandonedSnapshots(stateDirectory: string): readonly string[] {
  return [stateDirectory, snapshotsDirectory(stateDirectory), imagesDirectory(stateDirectory)].flatMap((folder) =>
    namesIn(folder).flatMap((name) => {
      const owner = /^\.(?:saving|deleting|restoring)-(\d+)-(\w+)-\d+(?:\.copy)?$/.exec(name);
      if (owner === null || isAlive({ pid: Number(owner[1]), startTicks: owner[2] === '0' ? '' : (owner[2] ?? '') })) return [];
      return [join(folder, name)];
    }),
  );
}

/** Takes away what killed processes have left. */
export function removeAbandoned(stateDirectory: string): void {
  for (const path of abandonedSnapshots(stateDirectory)) rmSync(path, { recursive: true, force: true });
}

/** Removes a folder of one's own making; what it cannot, the next one does. */
export async function removeQuietly(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(() => undefined);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
