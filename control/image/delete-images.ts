import { renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../contracts/diagnostic.ts';
import { readVmDocument } from '../../sandbox/vm-document.ts';
import { imagesDirectory, removeAbandoned, unfinishedName } from '../snapshot/snapshot-place.ts';
import { storedVms } from '../stored-vms.ts';
import { imageDrive, imageFolder, imageNames } from './image-place.ts';

/**
 * Deletes images.
 *
 * @throws UserError RV4715 when there is no such image, RV4719 when a VM is made from one of them, RV6222; none is deleted then
 */
export async function deleteImages(stateDirectory: string, names: readonly string[]): Promise<void> {
  const there = imageNames(stateDirectory);
  for (const name of names) {
    imageFolder(stateDirectory, name);
    if (!there.includes(name)) throw noImage(stateDirectory, name, there);
    const user = storedVms(stateDirectory).find(({ root }) => madeFrom(root) === imageDrive(stateDirectory, name));
    if (user !== undefined) {
      throw new UserError(
        'RV4719',
        `D: of ${user.instance} is made from image ${name}`,
        'delete the deployment first with rolevm down --delete',
      );
    }
  }
  removeAbandoned(stateDirectory);
  for (const name of new Set(names)) {
    const gone = join(imagesDirectory(stateDirectory), unfinishedName('deleting'));
    renameSync(imageFolder(stateDirectory, name), gone);
    await rm(gone, { recursive: true, force: true });
  }
}

function madeFrom(vmRoot: string): string | undefined {
  try {
    return readVmDocument(vmRoot).image;
  } catch {
    return undefined;
  }
}

function noImage(stateDirectory: string, name: string, there: readonly string[]): UserError {
  return new UserError(
    'RV4715',
    `there is no image ${name} in ${stateDirectory}`,
    there.length === 0 ? 'there are none' : `there are ${there.join(', ')}`,
  );
}
