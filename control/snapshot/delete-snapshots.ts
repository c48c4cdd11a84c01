import { renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../contracts/diagnostic.ts';
import { deploymentStore } from '../../fabric/deployment-store.ts';
import { formerVmDocument } from '../../sandbox/vm-document.ts';
import { removeAbandoned, snapshotFolder, snapshotNames, snapshotsDirectory, unfinishedName } from './snapshot-place.ts';

/**
 * Deletes snapshots, readable ones or not. Each is gone as a whole with one rename.
 *
 * @throws UserError RV4705 when there is no such snapshot, RV4712 when a VM is being put back to one of them, RV6220; none is deleted then
 */
export async function deleteSnapshots(stateDirectory: string, names: readonly string[]): Promise<void> {
  const there = snapshotNames(stateDirectory);
  for (const name of names) {
    snapshotFolder(stateDirectory, name);
    if (!there.includes(name)) {
      const mend = there.length === 0 ? 'there are none' : `there are ${there.join(', ')}`;
      throw new UserError('RV4705', `there is no snapshot ${name} in ${stateDirectory}`, mend);
    }
    const instance = isRestoring(stateDirectory, name);
    if (instance !== undefined) {
      throw new UserError(
        'RV4712',
        `${instance} is being put back to snapshot ${name}`,
        'delete it when rolevm status shows that it is through',
      );
    }
  }
  removeAbandoned(stateDirectory);
  for (const name of new Set(names)) {
    const gone = join(snapshotsDirectory(stateDirectory), unfinishedName('deleting'));
    renameSync(snapshotFolder(stateDirectory, name), gone);
    await rm(gone, { recursive: true, force: true });
  }
}

/** @returns an instance that has still to be put back to the snapshot */
function isRestoring(stateDirectory: string, name: string): string | undefined {
  const store = deploymentStore(stateDirectory);
  const deployment = store.read();
  const goals = Object.entries(deployment?.goals ?? {});
  const due = goals.find(([instance, { event: last, earlier = [] }]) => {
    const event = [...earlier, ...(last === undefined ? [] : [last])].findLast(({ snapshot }) => snapshot === name);
    if (deployment === undefined || event === undefined) return false;
    return event.n > (formerVmDocument(join(store.vmsDirectory, instance), deployment.id)?.eventDone ?? 0);
  });
  return due?.[0];
}
