import { type FSWatcher, statSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import { UserError } from '../contracts/diagnostic.ts';

/**
 * Watches the entries of a directory that may not exist yet, or may be removed and made again: then its nearest existing
 * ancestor is watched until it is there. Nothing polls.
 *
 * @param onChange called with the name of the entry concerned, or without one when anything may have changed (also when the
 *   directory has appeared); called at least once after every change, and for changes that were none
 * @param onError called with UserError RV3201 when the system has no more watches to give; the watching has ended then
 * @returns how to end it
 */
export function watchDirectory(directory: string, onChange: (name?: string) => void, onError: (error: Error) => void): () => void {
  let watcher: FSWatcher | undefined;
  let watched: { path: string; identity: string } | undefined;
  let closed = false;

  const close = () => {
    closed = true;
    watcher?.close();
  };
  const fail = (error: Error) => {
    if (closed) return;
    close();
    onError(outOfWatches(directory, error));
  };
  const arm = () => {
    while (!closed) {
      const target = nearestExisting(directory);
      if (target.path === watched?.path && target.identity === watched.identity) return;
      watcher?.close();
      watched = undefined;
      try {
        watcher = watch(target.path, { encoding: 'utf8' }, (_, name) => changed(name ?? undefined));
      } catch (error) {
        if (isMissing(error)) continue;
        fail(error as Error);
        return;
      }
      // The directory can go while it is watched; what is there then is found when the next turn compares.
      watcher.on('error', (error) => (isMissing(error) || isForbidden(error) ? rearm() : fail(error)));
      watched = target;
    }
  };
  const rearm = () => {
    watched = undefined;
    arm();
    if (!closed) onChange();
  };
  const changed = (name?: string) => {
    if (closed) return;
    const before = watched;
    arm();
    if (closed) return;
    if (watched !== before) onChange();
    else if (watched?.path === directory) onChange(name);
  };

  arm();
  return close;
}

function nearestExisting(directory: string): { path: string; identity: string } {
  for (let path = directory; ; path = dirname(path)) {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
    // With the time of birth: a directory that is made again may get the number of the one that was removed.
    const identity = `${stats?.dev}:${stats?.ino}:${stats?.birthtimeNs}`;
    if (stats?.isDirectory() || path === dirname(path)) return { path, identity };
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

/** Windows reports a removed directory so. */
function isForbidden(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EPERM';
}

function outOfWatches(directory: string, error: Error): UserError {
  return new UserError(
    'RV3201',
    `${directory} cannot be watched: ${error.message}.`,
    'Let the system watch more: on Linux raise fs.inotify.max_user_watches and fs.inotify.max_user_instances with sysctl.',
  );
}
