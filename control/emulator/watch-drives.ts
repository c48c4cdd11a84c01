import path from 'node:path';
import { emulatorMs } from '../../contracts/timings-of-the-emulator.ts';
import { toDrivePath } from '../../sandbox/drive-path.ts';
import { unfinishedSuffix } from './patch-file.ts';
import { holderOf, type PatchTarget } from './patch-target.ts';

/**
 * Watches the application drives and tells of files that came, changed or went.
 *
 * @param tell a sentence about a file; a change to a file that a living host holds is one that Windows would have refused
 * @returns how to end it
 */
export async function watchDrives(
  targets: readonly PatchTarget[],
  tell: (instance: string, text: string) => void,
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
    const report = (what: string) => (file: string) => tell(target.instance, sentence(target, file, what));
    watcher.on('add', report('was added')).on('change', report('has changed')).on('unlink', report('was deleted'));
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

function sentence(target: PatchTarget, file: string, what: string): string {
  const drivePath = toDrivePath(target.vmRoot, file) ?? file;
  const holder = holderOf(target, file);
  if (holder === undefined) return `${drivePath} ${what}`;
  return `${drivePath} ${what} while ${holder.name} (${holder.pid}) has it loaded: Windows would have refused that (32, sharing violation)`;
}
