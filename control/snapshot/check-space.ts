import { constants } from 'node:fs';
import { copyFile, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../contracts/diagnostic.ts';
import type { TreeSize } from '../../contracts/snapshot.ts';
import { sizeText } from '../size-text.ts';
import { unfinishedName } from './snapshot-place.ts';

/**
 * Looks whether a copy fits before it is begun: one that stops in the middle would take the space from what runs.
 *
 * @param folder an existing folder of the file system that is copied to
 * @throws UserError RV4704 when it does not fit
 */
export async function checkSpace(folder: string, size: TreeSize): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const needed = size.bytes + (size.files + size.folders + size.links) * bsize;
  if (needed <= free || (await sharesContents(folder))) return;
  throw new UserError(
    'RV4704',
    `${folder} has no room for that: ${sizeText(needed)} are needed and ${sizeText(free)} are free`,
    'delete a snapshot with rolevm snapshot delete, or free space on that disk',
  );
}

/** Where contents are shared until they are written, a copy takes next to nothing. */
async function sharesContents(folder: string): Promise<boolean> {
  const file = join(folder, unfinishedName('saving'));
  const copy = `${file}.copy`;
  try {
    await writeFile(file, 'shared');
    await copyFile(file, copy, constants.COPYFILE_FICLONE_FORCE);
    return true;
  } catch {
    return false;
  } finally {
    await Promise.all([rm(file, { force: true }), rm(copy, { force: true })]);
  }
}
