import path from 'node:path';
import type { FileChange } from '../../contracts/file-change.ts';
import { emulatorMs } from '../../contracts/timings-of-the-emulator.ts';
import { fileChanges } from './file-change.ts';
import type { LoadedFiles } from './loaded-files.ts';
import { unfinishedSuffix } from './patch-file.ts';
import type { PatchTarget } from './patch-target.ts';

/**
 * Watches the application drives and tells of files that came, changed or went, and what that means for the role.
 *
 * @param content what a process has loaded from a file; a change to it is undone where this is known
 * @returns how to end it
 */
export async function watchDrives(
  targets: readonly PatchTarget[],
  tell: (instance: string, text: string, change?: FileChange) => void,
  content: LoadedFiles['content'],
): Promise<() => Promise<void>> {
  // A bundle of its own: loaded when the VMs are under way.
  const { watch } = await import('chokidar');
  const watchers = targets.map((target) => {
    const root = path.join(target.vmRoot, target.roleDrive);
    const watcher = watch(root, {
      ignoreInitial: true,
      awaitWriteFinish: { stabilityThreshold: emulatorMs.copySettled, pollInterval: emulatorMs.copySettledLook },
      // A package folder can hold tens of thousands of files that nobody patches by hand.
      ignored: (file) => path.basename(file) === 'node_modules' || file.endsWith(unfinishedSuffix),
    });
    const changes = fileChanges(target, content);
    const report = (what: FileChange['what']) => (file: string) => {
      const told = changes(file, what);
      if (told !== undefined) tell(target.instance, told.text, told.change);
    };
    watcher.on('add', report('added')).on('change', report('changed')).on('unlink', report('deleted'));
    // Without room for watches (ENOSPC) the role runs as well; it only is not told of.
    watcher.on('error', (error) =>
      tell(target.instance, `${target.roleDrive}: is not watched: ${error instanceof Error ? error.message : String(error)}`),
    );
    return watcher;
  });
  return async () => {
    await Promise.all(watchers.map((watcher) => watcher.close()));
  };
}
