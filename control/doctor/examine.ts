import { randomUUID } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { endOrphans, JobNotEndedError } from '../../kernel/job-object/index.ts';
import { killIdentity, processIdentity } from '../../kernel/process-table/index.ts';
import { settleDrive } from '../../sandbox/create-drives.ts';
import { deletedBehind } from '../../sandbox/delete-behind.ts';
import { removeDoor } from '../../sandbox/door/door-place.ts';
import { acquireOwnerLock, livingOwner } from '../owner-lock.ts';
import { unregisterRunning } from '../running-register.ts';
import { finishRestore } from '../snapshot/finish-restore.ts';
import { removeAbandoned } from '../snapshot/snapshot-place.ts';
import { leftFiles } from './left-files.ts';
import { leftProcesses, markersOf } from './left-processes.ts';
import { type Leftover, leftoverKey } from './leftover.ts';

export interface Finding {
  readonly kind: Leftover['kind'];
  /** One sentence without its end. */
  readonly text: string;
  readonly pid?: number;
  readonly path?: string;
  /** It was there and is there no longer. */
  readonly cleaned: boolean;
}

export interface Examination {
  /** Pid of the emulator that runs over this directory. */
  readonly emulator?: number;
  readonly findings: readonly Finding[];
}

/**
 * Looks for everything that earlier runs over a state directory may have left, and cleans it.
 *
 * While an emulator runs there nothing is touched: its files are in use, and of processes only those are found that are not its own.
 * The directory is owned meanwhile, so that none starts. What was found is looked for again after the cleaning: it counts as cleaned
 * when it is not there any more, whatever was done about it.
 *
 * @param clean false only looks
 * @throws UserError RV4110 when an emulator starts at the same time, RV5001 when the stored deployment cannot be read
 */
export async function examine(stateDirectory: string, clean: boolean): Promise<Examination> {
  if (!existsSync(stateDirectory)) return { findings: [] };
  const owner = livingOwner(stateDirectory)?.pid;
  if (owner !== undefined) {
    return { emulator: owner, findings: leftProcesses(stateDirectory, owner).map((leftover) => finding(leftover, false)) };
  }
  const found = look(stateDirectory);
  if (!clean || found.length === 0) return { findings: found.map((leftover) => finding(leftover, false)) };
  const { pid } = process;
  const lock = acquireOwnerLock(stateDirectory, { pid, startTicks: processIdentity(pid)?.startTicks ?? '', token: randomUUID() });
  try {
    await endProcesses(stateDirectory, found);
    for (const leftover of found) await remove(stateDirectory, leftover);
    await deletedBehind();
    const left = new Set(look(stateDirectory).map(leftoverKey));
    return { findings: found.map((leftover) => finding(leftover, !left.has(leftoverKey(leftover)))) };
  } finally {
    lock.release();
  }
}

function look(stateDirectory: string): readonly Leftover[] {
  return [...leftProcesses(stateDirectory, undefined), ...leftFiles(stateDirectory)];
}

async function endProcesses(stateDirectory: string, found: readonly Leftover[]): Promise<void> {
  for (const leftover of found) if (leftover.kind === 'process') killIdentity(leftover.process, 'SIGKILL');
  // What they have started in the last moment.
  for (const marker of markersOf(stateDirectory)) {
    await endOrphans(marker).catch((error: unknown) => {
      if (!(error instanceof JobNotEndedError)) throw error;
    });
  }
}

async function remove(stateDirectory: string, leftover: Leftover): Promise<void> {
  switch (leftover.kind) {
    case 'file':
      return rmSync(leftover.path, { force: true });
    case 'stateFile':
      rmSync(leftover.path, { force: true });
      return unregisterRunning(stateDirectory);
    case 'drive':
      // A drive that was only half in its place comes back with this.
      return settleDrive(dirname(leftover.path), basename(leftover.path).charAt(0) as 'C' | 'D' | 'E' | 'F');
    case 'snapshot':
      return removeAbandoned(stateDirectory);
    case 'restore':
      return finishRestore(stateDirectory);
    case 'door':
      return removeDoor(leftover.path);
    // The lock has gone when this process became the owner.
    case 'lock':
    case 'process':
      return undefined;
  }
}

function finding(leftover: Leftover, cleaned: boolean): Finding {
  const which = leftover.kind === 'process' ? { pid: leftover.process.pid } : { path: leftover.path };
  return { kind: leftover.kind, text: leftover.text, ...which, cleaned };
}
