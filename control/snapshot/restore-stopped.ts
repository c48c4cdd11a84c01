import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../contracts/diagnostic.ts';
import type { SnapshotManifest } from '../../contracts/snapshot.ts';
import { deploymentStore } from '../../fabric/deployment-store.ts';
import { writeAtomically } from '../../kernel/write-atomically.ts';
import { copyTree } from '../../sandbox/copy-tree.ts';
import { leftProcesses } from '../doctor/left-processes.ts';
import { checkRestorable } from './check-restorable.ts';
import { checkSpace } from './check-space.ts';
import { finishRestore, restoredDocument, restoredFolder } from './finish-restore.ts';
import { sizeOf } from './list-snapshots.ts';
import { readManifest } from './manifest.ts';
import { removeAbandoned, removeQuietly, snapshotFolder, unfinishedName } from './snapshot-place.ts';

/**
 * Puts a deployment that does not run back to a snapshot, goal state included; the next `up` boots its VMs from these drives as they are.
 * The snapshot stays. The caller owns the state directory.
 *
 * A copy of the snapshot is made first and has a name when it is whole. From then on the restore has happened: what a kill leaves undone of
 * it, `finishRestore` does.
 *
 * @throws UserError RV4704 to RV4708, RV6220, RV4710 when processes of the deployment are left over
 */
export async function restoreStopped(stateDirectory: string, name: string): Promise<SnapshotManifest> {
  const manifest = readManifest(stateDirectory, name);
  await finishRestore(stateDirectory);
  checkRestorable(manifest, deploymentStore(stateDirectory).read());
  refuseWithProcesses(stateDirectory);
  removeAbandoned(stateDirectory);
  await checkSpace(stateDirectory, sizeOf(manifest));
  const draft = join(stateDirectory, unfinishedName('restoring'));
  try {
    mkdirSync(draft, { mode: 0o700 });
    await copyTree(join(snapshotFolder(stateDirectory, name), 'vms'), join(draft, 'vms'), { live: false });
    const { goals: _, ...deployment } = manifest.deployment;
    writeAtomically(join(draft, restoredDocument), JSON.stringify({ ...deployment, lifecycle: 'restored' }), {
      mode: 0o600,
      durable: true,
    });
    renameSync(draft, restoredFolder(stateDirectory));
  } catch (error) {
    await removeQuietly(draft);
    throw error;
  }
  await finishRestore(stateDirectory);
  return manifest;
}

function refuseWithProcesses(stateDirectory: string): void {
  const [left] = leftProcesses(stateDirectory, undefined);
  if (left === undefined) return;
  throw new UserError('RV4710', `${left.text} of this deployment, without an emulator`, 'rolevm doctor ends what is left; then restore');
}
