import fs from 'node:fs';
import path from 'node:path';
import type { KnownProcess } from '../../agents/host-agent/process-registry.ts';
import { toDrivePath } from '../../sandbox/drive-path.ts';
import { timeOfDay } from '../feed-printer.ts';
import type { LoadedFiles } from './loaded-files.ts';
import { unfinishedSuffix } from './patch-file.ts';
import { holderOf, type PatchTarget } from './patch-target.ts';

export type WhatHappened = 'was added' | 'has changed' | 'was deleted';

/**
 * What a change to a file of the application drive means: in time for the next host, or too late and what Windows would have refused.
 *
 * @param content what a process has loaded from a file; a change to it is undone where this is known
 * @returns a sentence; undefined for a change that is the undoing of one
 */
export function fileChanges(
  target: PatchTarget,
  content: LoadedFiles['content'],
): (hostPath: string, what: WhatHappened) => string | undefined {
  const undone = new Set<string>();
  return (hostPath, what) => {
    const drivePath = toDrivePath(target.vmRoot, hostPath) ?? hostPath;
    const holder = holderOf(target, hostPath);
    if (holder === undefined) return unheld(target, drivePath, what);
    const mtimeMs = loadedTime(holder, drivePath);
    const key = `${holder.pid} ${hostPath}`;
    // A change is told when the copy has come to its end; by then the host may have started with it.
    if (mtimeMs !== undefined && isOf(hostPath, mtimeMs))
      return undone.delete(key) ? undefined : `${drivePath} ${what} in time: ${holder.name} (${holder.pid}) has loaded it`;
    const refused = `${drivePath} ${what} while ${holder.name} (${holder.pid}) has it loaded: Windows would have refused that (32, sharing violation)`;
    const before = content(target.instance, holder, drivePath);
    if (before !== undefined && mtimeMs !== undefined) {
      undone.add(key);
      return `${refused}. ${undo(hostPath, before, mtimeMs)}`;
    }
    return what === 'was deleted'
      ? `${refused}. The running host goes on with it; the next start will miss it`
      : `${refused}. It is too late: the running host has loaded the one before; it takes effect at the next start`;
  };
}

function unheld(target: PatchTarget, drivePath: string, what: WhatHappened): string {
  const restartAt = target.restartAt();
  if (restartAt === undefined || /\.bak(\.\d+)?$/.test(drivePath)) return `${drivePath} ${what}`;
  return `${drivePath} ${what} in time: WaHostBootstrapper is started again at ${timeOfDay(restartAt)}`;
}

function loadedTime(holder: KnownProcess, drivePath: string): number | undefined {
  return holder.loaded?.find(({ file }) => file.toLowerCase() === drivePath.toLowerCase())?.mtimeMs;
}

/** Times that are set are kept less finely than those of a write, by less than a microsecond. */
const sameTimeMs = 0.01;

function isOf(hostPath: string, mtimeMs: number): boolean {
  try {
    return Math.abs(fs.statSync(hostPath).mtimeMs - mtimeMs) < sameTimeMs;
  } catch {
    return false;
  }
}

function undo(hostPath: string, content: Buffer, mtimeMs: number): string {
  const unfinished = `${hostPath}${unfinishedSuffix}`;
  let written = false;
  try {
    fs.mkdirSync(path.dirname(hostPath), { recursive: true });
    fs.writeFileSync(unfinished, content);
    written = true;
    fs.utimesSync(unfinished, mtimeMs / 1_000, mtimeMs / 1_000);
    fs.renameSync(unfinished, hostPath);
    return 'It was undone';
  } catch (error) {
    if (written) fs.rmSync(unfinished, { force: true });
    return `It could not be undone: ${error instanceof Error ? error.message : String(error)}`;
  }
}
