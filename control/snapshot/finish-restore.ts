import { existsSync, readFileSync, renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { deploymentForm, deploymentStore } from '../../fabric/deployment-store.ts';
import { removeQuietly, unfinishedName } from './snapshot-place.ts';

/** Name of the deployment's document in it. */
export const restoredDocument = 'deployment.json';

/** Where a restore lies that has to be finished. */
export function restoredFolder(stateDirectory: string): string {
  return join(stateDirectory, '.restored');
}

/**
 * Brings a restore to its end that has a whole copy of its snapshot; without one, nothing is done. It can be killed and begun again anywhere.
 * The caller owns the state directory.
 */
export async function finishRestore(stateDirectory: string): Promise<void> {
  const restored = restoredFolder(stateDirectory);
  if (!existsSync(restored)) return;
  const store = deploymentStore(stateDirectory);
  const vms = join(restored, 'vms');
  if (existsSync(vms)) {
    const former = join(stateDirectory, unfinishedName('deleting'));
    if (existsSync(store.vmsDirectory)) renameSync(store.vmsDirectory, former);
    renameSync(vms, store.vmsDirectory);
    await removeQuietly(former);
  }
  // The drives are in their place: it is the deployment of the snapshot that goes on with them.
  store.write(deploymentForm.parse(JSON.parse(readFileSync(join(restored, restoredDocument), 'utf8'))));
  await rm(restored, { recursive: true, force: true });
}
