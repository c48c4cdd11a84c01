import { lstatSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { DriveLetter } from '../contracts/vm-document.ts';
import { deleteBehind } from './delete-behind.ts';
import type { DriveLayout } from './drive-layout.ts';
import { ensureDirectory } from './ensure-directory.ts';

/**
 * Makes C: and D: with the folders that a role finds on them (AB 6). What is there stays: C: outlives everything but a new VM,
 * D: everything but a reimage (AB 6.1).
 *
 * @throws UserError RV3103 when something else is in the place of a folder
 */
export async function createDrives(layout: DriveLayout): Promise<void> {
  const { vmRoot } = layout;
  for (const letter of ['C', 'D'] as const) await settleDrive(vmRoot, letter);
  for (const place of foldersOf(layout)) await ensureDirectory(vmRoot, place.host);
}

/**
 * Makes a drive anew: beside the former one, then in its place, so that there is always a whole drive, before and after a kill. The former
 * one is deleted behind: what it holds costs no time here. No process of the VM may run from it meanwhile.
 *
 * @param fill fills the empty folder it is given; when it fails, the former drive stays as it was
 */
export async function rebuildDrive(vmRoot: string, letter: DriveLetter, fill: (directory: string) => Promise<void>): Promise<void> {
  await settleDrive(vmRoot, letter);
  const fresh = `${letter}.new-${process.pid}`;
  await ensureDirectory(vmRoot, join(vmRoot, fresh));
  try {
    await fill(join(vmRoot, fresh));
  } catch (error) {
    deleteBehind(vmRoot, fresh);
    throw error;
  }
  const former = `${letter}.old-${process.pid}`;
  const replaces = exists(join(vmRoot, letter));
  if (replaces) renameSync(join(vmRoot, letter), join(vmRoot, former));
  renameSync(join(vmRoot, fresh), join(vmRoot, letter));
  if (replaces) deleteBehind(vmRoot, former);
}

/** Removes a drive: the former letter after an in-place upgrade has moved the role to the other one (AB 6.1). */
export async function removeDrive(vmRoot: string, letter: DriveLetter): Promise<void> {
  await settleDrive(vmRoot, letter);
  if (exists(join(vmRoot, letter))) deleteBehind(vmRoot, letter);
}

/**
 * Clears up after a rebuild that was killed: one killed before the new drive was in place has not happened. What is in the way is gone
 * when it resolves, and deleted behind.
 *
 * @throws the file system's error when a leftover cannot be taken away
 */
export async function settleDrive(vmRoot: string, letter: DriveLetter): Promise<void> {
  await ensureDirectory(vmRoot, vmRoot);
  const leftovers = readdirSync(vmRoot).filter((name) => new RegExp(`^${letter}\\.((new|old)-\\d+|gone-\\d+-\\d+)$`).test(name));
  const former = leftovers.find((name) => name.includes('.old-'));
  const comesBack = former !== undefined && !exists(join(vmRoot, letter));
  if (comesBack) renameSync(join(vmRoot, former), join(vmRoot, letter));
  for (const name of leftovers) if (!comesBack || name !== former) deleteBehind(vmRoot, name);
}

function foldersOf(layout: DriveLayout) {
  return [
    layout.logs,
    layout.taskOutputs,
    layout.serviceOutputs,
    layout.config,
    layout.resourceDirectory,
    layout.diagnosticStore,
    layout.roleTemp,
    layout.systemConfig,
    layout.windowsTemp,
    layout.eventLogs,
    layout.httpErrorLogs,
    layout.programFiles,
    layout.programFiles32,
    layout.guestAgent,
    layout.plugins,
  ];
}

/** Not `existsSync`: a symbolic link that leads nowhere is in the way as well. */
function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
