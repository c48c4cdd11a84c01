import fs from 'node:fs';
import path from 'node:path';
import type { KnownProcess } from '../../agents/host-agent/process-registry.ts';
import type { FileChange } from '../../contracts/file-change.ts';
import { toDrivePath } from '../../sandbox/drive-path.ts';
import { timeOfDay } from '../time-of-day.ts';
import type { LoadedFiles } from './loaded-files.ts';
import { unfinishedSuffix } from './patch-file.ts';
import { holderOf, type PatchTarget } from './patch-target.ts';

/** A change in a sentence, and as a value for programs. */
export interface ToldChange {
  readonly text: string;
  readonly change: FileChange;
}

/**
 * What a change to a file of the application drive means: in time for the next host, or too late and what Windows would have refused.
 *
 * @param content what a process has loaded from a file; a change to it is undone where this is known
 * @returns undefined for a change that is the undoing of one
 */
export function fileChanges(
  target: PatchTarget,
  content: LoadedFiles['content'],
): (hostPath: string, what: FileChange['what']) => ToldChange | undefined {
  const undone = new Set<string>();
  return (hostPath, what) => {
    const drivePath = toDrivePath(target.vmRoot, hostPath) ?? hostPath;
    const found = { drivePath, what, changedAt: changedAt(hostPath) };
    const holder = holderOf(target, hostPath);
    if (holder === undefined) return unheld(target, found);
    const mtimeMs = loadedTime(holder, drivePath);
    const key = `${holder.pid} ${hostPath}`;
    const held = { ...found, holder: { name: holder.name, pid: holder.pid } };
    // A change is told when the copy has come to its end; by then the host may have started with it.
    if (mtimeMs !== undefined && isOf(hostPath, mtimeMs)) {
      if (undone.delete(key)) return undefined;
      return { text: `${sentence(found)} in time: ${holder.name} (${holder.pid}) has loaded it`, change: { ...held, fate: 'in time' } };
    }
    const text = `${sentence(found)} while ${holder.name} (${holder.pid}) has it loaded: Windows would have refused that (32, sharing violation)`;
    const change = { ...held, fate: 'refused' } as const;
    const before = content(target.instance, holder, drivePath);
    if (before === undefined || mtimeMs === undefined) return { text: `${text}. ${consequence(what)}`, change };
    undone.add(key);
    const fault = undo(hostPath, before, mtimeMs);
    if (fault !== undefined) return { text: `${text}. It could not be undone: ${fault}`, change };
    return { text: `${text}. It was undone`, change: { ...change, undone: true } };
  };
}

type Found = Pick<FileChange, 'drivePath' | 'what' | 'changedAt'>;

function unheld(target: PatchTarget, found: Found): ToldChange {
  const restartAt = target.restartAt();
  if (restartAt === undefined || /\.bak(\.\d+)?$/.test(found.drivePath))
    return { text: sentence(found), change: { ...found, fate: 'free' } };
  const text = `${sentence(found)} in time: WaHostBootstrapper is started again at ${timeOfDay(restartAt)}`;
  return { text, change: { ...found, fate: 'in time' } };
}

function sentence({ drivePath, what }: Found): string {
  return `${drivePath} ${{ added: 'was added', changed: 'has changed', deleted: 'was deleted' }[what]}`;
}

function consequence(what: FileChange['what']): string {
  return what === 'deleted'
    ? 'The running host goes on with it; the next start will miss it'
    : 'It is too late: the running host has loaded the one before; it takes effect at the next start';
}

/** The time of the last write can be set by whoever copies, that of the last change cannot. */
function changedAt(hostPath: string): string {
  const now = Date.now();
  try {
    return new Date(Math.min(fs.statSync(hostPath).ctimeMs, now)).toISOString();
  } catch {
    return new Date(now).toISOString();
  }
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

/** @returns why it could not be done; undefined when it was */
function undo(hostPath: string, content: Buffer, mtimeMs: number): string | undefined {
  const unfinished = `${hostPath}${unfinishedSuffix}`;
  let written = false;
  try {
    fs.mkdirSync(path.dirname(hostPath), { recursive: true });
    fs.writeFileSync(unfinished, content);
    written = true;
    fs.utimesSync(unfinished, mtimeMs / 1_000, mtimeMs / 1_000);
    fs.renameSync(unfinished, hostPath);
    return undefined;
  } catch (error) {
    if (written) fs.rmSync(unfinished, { force: true });
    return error instanceof Error ? error.message : String(error);
  }
}
