import fs from 'node:fs';
import path from 'node:path';
import type { FSWatcher } from 'chokidar';
import type { FileChange } from '../../contracts/file-change.ts';
import { emulatorMs } from '../../contracts/timings-of-the-emulator.ts';
import { fileChanges } from './file-change.ts';
import type { LoadedFiles } from './loaded-files.ts';
import { unfinishedSuffix } from './patch-file.ts';
import type { PatchTarget } from './patch-target.ts';

export interface DriveWatch {
  /** The drive of the role may be another one, made anew or under the other letter: from now on that is watched. */
  look(instance: string): void;
  close(): Promise<void>;
}

/** Folders of others: modules that nobody writes, and what Windows itself keeps on a drive. */
const notWatched: ReadonlySet<string> = new Set(['node_modules', 'System Volume Information']);

type Tell = (instance: string, text: string, change?: FileChange) => void;

/**
 * Watches the application drives and tells of files that came, changed or went, and what that means for the role. That a drive is taken
 * away or made anew as a whole is not told file by file.
 *
 * @param targets the instances, each with the letter that its drive has now
 * @param content what a process has loaded from a file; a change to it is undone where this is known
 */
export async function watchDrives(targets: () => readonly PatchTarget[], tell: Tell, content: LoadedFiles['content']): Promise<DriveWatch> {
  // A bundle of its own: loaded when the VMs are under way.
  const { watch } = await import('chokidar');
  const watched = new Map<string, { readonly watcher: FSWatcher; readonly root: string; readonly identity: string }>();
  const begin = (target: PatchTarget) => {
    const root = path.join(target.vmRoot, target.roleDrive);
    const identity = identityOf(root);
    const former = watched.get(target.instance);
    if (former?.root === root && former.identity === identity) return;
    void former?.watcher.close();
    const watcher = watch(root, {
      ignoreInitial: true,
      awaitWriteFinish: { stabilityThreshold: emulatorMs.copySettled, pollInterval: emulatorMs.copySettledLook },
      // A folder of modules can hold tens of thousands of files that nobody patches by hand.
      ignored: (file) => notWatched.has(path.basename(file)) || file.endsWith(unfinishedSuffix),
    });
    watched.set(target.instance, { watcher, root, identity });
    const changes = fileChanges(target, content);
    const report = (what: FileChange['what']) => (file: string) => {
      // It is the drive that has gone, not the file.
      if (identityOf(root) !== identity) return;
      const told = changes(file, what);
      if (told !== undefined) tell(target.instance, told.text, told.change);
    };
    watcher.on('add', report('added')).on('change', report('changed')).on('unlink', report('deleted'));
    // Without room for watches (ENOSPC) the role runs as well; it only is not told of.
    watcher.on('error', (error) =>
      tell(target.instance, `${target.roleDrive}: is not watched: ${error instanceof Error ? error.message : String(error)}`),
    );
  };
  for (const target of targets()) begin(target);
  return {
    look: (instance) => {
      const target = targets().find((candidate) => candidate.instance === instance);
      if (target !== undefined) begin(target);
    },
    close: async () => {
      await Promise.all([...watched.values()].map(({ watcher }) => watcher.close()));
    },
  };
}

/** With the time of birth: a folder that is made anew may get the number of the one that was removed. */
function identityOf(root: string): string {
  const stats = fs.statSync(root, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? 'missing' : `${stats.dev}:${stats.ino}:${stats.birthtimeNs}`;
}
