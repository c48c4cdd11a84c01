import { type FSWatcher, lstatSync, watch } from 'node:fs';

/** Each folder takes one of the system's watches, of which a user has some thousands; those beyond are counted, but wake nobody. */
const mostFolders = 1_000;

export interface WatchedFolders {
  /** This folder is there: it is watched from now on. */
  readonly meet: (folder: string) => void;
  /** Those that were not met since this was called last are not there any more. */
  forgetOthers(): void;
  close(): void;
}

/**
 * Watches folders for whatever is written directly in them. The library that watches the application drives takes a watch for each file
 * too, and is too heavy for a process of the VM.
 *
 * @param changed hears that something has changed in one of them
 * @param failed hears the first reason why one cannot be watched
 */
export function watchFolders(changed: () => void, failed: (why: string) => void): WatchedFolders {
  const watched = new Map<string, { readonly watcher: FSWatcher; readonly inode: number }>();
  let met = new Set<string>();
  let told = false;
  let closed = false;
  const fail = (error: unknown) => {
    if (!told) failed(error instanceof Error ? error.message : String(error));
    told = true;
  };
  const open = (folder: string) => {
    const inode = lstatSync(folder).ino;
    const known = watched.get(folder);
    if (known?.inode === inode) return;
    // Another folder under the same name: the watch is on the one that has gone.
    known?.watcher.close();
    watched.delete(folder);
    if (watched.size >= mostFolders) return;
    const watcher = watch(folder, { persistent: false }, changed);
    watcher.on('error', fail);
    watched.set(folder, { watcher, inode });
  };
  return {
    meet: (folder) => {
      if (closed) return;
      met.add(folder);
      try {
        open(folder);
      } catch (error) {
        // It may have gone meanwhile.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') fail(error);
      }
    },
    forgetOthers: () => {
      for (const [folder, { watcher }] of watched) {
        if (met.has(folder)) continue;
        watcher.close();
        watched.delete(folder);
      }
      met = new Set();
    },
    close: () => {
      closed = true;
      for (const { watcher } of watched.values()) watcher.close();
      watched.clear();
    },
  };
}
