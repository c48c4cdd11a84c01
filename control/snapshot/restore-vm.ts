import { join } from 'node:path';
import type { RestoredDrives } from '../../agents/host-agent/put-back.ts';
import { UserError } from '../../contracts/diagnostic.ts';
import { copyTree } from '../../sandbox/copy-tree.ts';
import { rebuildDrive, removeDrive } from '../../sandbox/create-drives.ts';
import { formerVmDocument } from '../../sandbox/vm-document.ts';
import { readManifest } from './manifest.ts';
import { snapshotFolder } from './snapshot-place.ts';

/**
 * Puts the drives of one VM that has no power back to a snapshot. After a kill in the middle it can be done once more.
 *
 * @param vmRoot folder of the VM
 * @throws UserError RV4705 to RV4707 when the snapshot cannot be used any more, RV4709 when it has no such VM
 */
export async function restoreVm(stateDirectory: string, snapshot: string, instance: string, vmRoot: string): Promise<RestoredDrives> {
  const { deployment, vms } = readManifest(stateDirectory, snapshot);
  const saved = vms.find((vm) => vm.instance === instance);
  const folder = join(snapshotFolder(stateDirectory, snapshot), 'vms', instance);
  const former = formerVmDocument(folder, deployment.id);
  if (saved === undefined || former === undefined)
    throw new UserError('RV4709', `snapshot ${snapshot} has no ${instance}`, 'see rolevm snapshot list');
  const { eventDone: _, ...kept } = former;
  const letters = saved.drives.map(({ letter }) => letter);
  for (const letter of letters) {
    await rebuildDrive(vmRoot, letter, async (directory) => {
      await copyTree(join(folder, letter), directory, { live: false });
    });
  }
  for (const letter of (['C', 'D', 'E', 'F'] as const).filter((other) => !letters.includes(other))) await removeDrive(vmRoot, letter);
  return { kept, letters };
}
