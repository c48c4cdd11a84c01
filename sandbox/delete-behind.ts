import { type Dirent, renameSync } from 'node:fs';
import { chmod, lstat, readdir, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** What is being deleted, by its path. */
const pending = new Map<string, Promise<void>>();
let count = 0;

/** Name of a folder that is nothing any more but has still to be deleted: of this process or of one that was killed meanwhile. */
export const goneName = /^[CDEF]\.gone-\d+-\d+$/;

/**
 * Takes a drive away in the time of one rename, and deletes it afterwards without being waited for.
 *
 * What cannot be deleted stays under its new name: the next start tries again, and doctor tells of it.
 *
 * @param name of the drive or of a leftover of one, in the folder of its VM
 * @throws the file system's error when it cannot be renamed
 */
export function deleteBehind(vmRoot: string, name: string): void {
  let path = join(vmRoot, name);
  if (pending.has(path)) return;
  if (!goneName.test(name)) {
    count += 1;
    const gone = join(vmRoot, `${name.charAt(0)}.gone-${process.pid}-${count}`);
    renameSync(path, gone);
    path = gone;
  }
  const deleting = remove(path)
    .catch(() => {})
    .finally(() => pending.delete(path));
  pending.set(path, deleting);
}

/** Resolves when nothing is left that is to be deleted. Before an orderly end, so that it leaves no rubbish. */
export async function deletedBehind(): Promise<void> {
  while (pending.size > 0) await Promise.all(pending.values());
}

/** A few at once: the threads that do it are those of the whole process, and a drive can hold tens of thousands of files. */
const atOnce = 8;

/** A link is deleted and not followed. */
async function remove(path: string): Promise<void> {
  if ((await lstat(path)).isDirectory()) await removeFolder(path);
  else await unlink(path);
}

async function removeFolder(path: string): Promise<void> {
  const entries = await entriesOf(path);
  for (let from = 0; from < entries.length; from += atOnce) {
    const some = entries.slice(from, from + atOnce);
    await Promise.all(some.map((entry) => (entry.isDirectory() ? removeFolder : unlink)(join(path, entry.name))));
  }
  await rmdir(path);
}

async function entriesOf(path: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    if (!['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    // A role may take away from everybody what is its own.
    await chmod(path, 0o700);
    return readdir(path, { withFileTypes: true });
  }
}
