import type { Dir, Dirent } from 'node:fs';
import { opendir } from 'node:fs/promises';
import path from 'node:path';

/** Something on a drive that is no folder. */
export interface DriveEntry {
  readonly hostPath: string;
  /** No link, no pipe, no device: it has a content of its own. */
  readonly isFile: boolean;
}

/** So many names are read at a time. */
const namesAtOnce = 512;

/**
 * Everything on a drive that is no folder, in no order, while others in this process get their turns. Links are entries and not followed.
 * What goes meanwhile, or cannot be read, is left out.
 *
 * @param root host path of the drive
 */
export async function* walkDrive(root: string): AsyncGenerator<DriveEntry, void> {
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for await (const entry of namesIn(folder)) {
      const hostPath = path.join(folder, entry.name);
      if (entry.isDirectory()) folders.push(hostPath);
      else yield { hostPath, isFile: entry.isFile() };
    }
  }
}

async function* namesIn(folder: string): AsyncGenerator<Dirent, void> {
  let opened: Dir;
  try {
    opened = await opendir(folder, { bufferSize: namesAtOnce });
  } catch {
    return;
  }
  try {
    for await (const entry of opened) yield entry;
  } catch {
    // Removed while it was read: what it still had is gone too.
  }
}
