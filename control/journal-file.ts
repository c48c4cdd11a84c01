import { statSync } from 'node:fs';
import { join } from 'node:path';

/** Path of the emulator's journal. What `down` and a new deployment take away is not in this folder. */
export function journalFile(logsDirectory: string): string {
  return join(logsDirectory, 'timeline.jsonl');
}

/**
 * When the VMs have last been seen to live: an idle emulator writes nothing into its journal, but WaAppAgent writes its log every few
 * seconds (AB 7.2), also while nothing happens.
 *
 * @param vmRoots folders of VMs
 * @returns ISO 8601; undefined where no VM has ever run
 */
export function lastSignOf(vmRoots: readonly string[]): string | undefined {
  const signs = vmRoots.flatMap((root) => {
    const stats = statSync(join(root, 'C', 'Logs', 'WaAppAgent.log'), { throwIfNoEntry: false });
    return stats === undefined ? [] : [stats.mtimeMs];
  });
  return signs.length === 0 ? undefined : new Date(Math.max(...signs)).toISOString();
}
