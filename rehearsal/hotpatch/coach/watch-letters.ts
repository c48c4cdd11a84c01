import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { emulatorMs } from '../../../contracts/timings-of-the-emulator.ts';
import { toDrivePath } from '../../../sandbox/drive-path.ts';
import type { HotpatchTarget } from '../find-target.ts';

export interface SeenFile {
  readonly drivePath: string;
  readonly at: number;
  readonly isFix: boolean;
}

/** What the platform writes all the time. */
const written = /^(C\/(Logs|Config|Resources\/(temp|Directory))|D\/(Windows|Packages|Program Files.*))(\/|$)|\.(log|jsonl)(\.|$)/;
const deepest = 6;

/**
 * Watches the drives of an instance for the fix, and for files of its name. The application drive is left out: the emulator tells of it.
 *
 * @returns how to end it, once everything that comes from now on is seen
 */
export async function watchLetters(
  { vmRoot, roleDrive, file }: HotpatchTarget,
  see: (file: SeenFile) => void,
): Promise<() => Promise<void>> {
  // A bundle of its own: nothing but the coach needs it in the command.
  const { watch } = await import('chokidar');
  const letters = ['C', 'D', roleDrive === 'E' ? 'F' : 'E'];
  const watcher = watch(vmRoot, {
    ignoreInitial: true,
    depth: deepest,
    awaitWriteFinish: { stabilityThreshold: emulatorMs.copySettled, pollInterval: emulatorMs.copySettledLook },
    ignored: (candidate) => {
      const inside = path.relative(vmRoot, candidate).split(path.sep).join('/');
      return inside !== '' && (!letters.includes(inside.split('/')[0] ?? '') || written.test(inside) || inside.includes('node_modules'));
    },
  });
  const name = path.basename(file.source).toLowerCase();
  const look = (hostPath: string) => {
    const drivePath = toDrivePath(vmRoot, hostPath);
    const isFix = contentIs(hostPath, file.sha256);
    if (drivePath === undefined || !(isFix || path.basename(hostPath).toLowerCase() === name)) return;
    see({ drivePath, at: changedAt(hostPath), isFix });
  };
  watcher.on('add', look).on('change', look);
  // Without room for watches the coach sees less, and judges what it has seen.
  watcher.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    watcher.once('ready', resolve);
  });
  return () => watcher.close();
}

/** Whether a file holds the fix now; false when it has gone. */
export function contentIs(hostPath: string, sha256: string): boolean {
  try {
    return createHash('sha256').update(fs.readFileSync(hostPath)).digest('hex') === sha256;
  } catch {
    return false;
  }
}

function changedAt(hostPath: string): number {
  const now = Date.now();
  return Math.min(fs.statSync(hostPath, { throwIfNoEntry: false })?.ctimeMs ?? now, now);
}
