import { lstatSync, readdirSync, renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RoleDriveLetter } from '../contracts/vm-document.ts';
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
 * Makes a drive anew: beside the former one, then in its place, so that there is always a whole drive, before and after a kill.
 * No process of the VM may run from it meanwhile.
 *
 * @param fill fills the empty folder it is given; when it fails, the former drive stays as it was
 */
export async function rebuildDrive(
  vmRoot: string,
  letter: 'C' | 'D' | RoleDriveLetter,
  fill: (directory: string) => Promise<void>,
): Promise<void> {
  await settleDrive(vmRoot, letter);
  const fresh = join(vmRoot, `${letter}.new-${process.pid}`);
  await ensureDirectory(vmRoot, fresh);
  try {
    await fill(fresh);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    throw error;
  }
  const former = join(vmRoot, `${letter}.old-${process.pid}`);
  if (exists(join(vmRoot, letter))) renameSync(join(vmRoot, letter), former);
  renameSync(fresh, join(vmRoot, letter));
  await rm(former, { recursive: true, force: true });
}

/** Removes a drive: the former letter after an in-place upgrade has moved the role to the other one (AB 6.1). */
export async function removeDrive(vmRoot: string, letter: 'C' | 'D' | RoleDriveLetter): Promise<void> {
  await settleDrive(vmRoot, letter);
  await rm(join(vmRoot, letter), { recursive: true, force: true });
}

/**
 * Clears up after a rebuild that was killed: one killed before the new drive was in place has not happened.
 *
 * @throws the file system's error when a leftover cannot be removed
 */
export async function settleDrive(vmRoot: string, letter: 'C' | 'D' | RoleDriveLetter): Promise<void> {
  await ensureDirectory(vmRoot, vmRoot);
  const leftovers = readdirSync(vmRoot).filter((name) => new RegExp(`^${letter}\\.(new|old)-\\d+$`).test(name));
  const former = leftovers.find((name) => name.includes('.old-'));
  if (former !== undefined && !exists(join(vmRoot, letter))) renameSync(join(vmRoot, former), join(vmRoot, letter));
  for (const name of leftovers) await rm(join(vmRoot, name), { recursive: true, force: true });
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
