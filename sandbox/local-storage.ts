import { lstatSync, readdirSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { UserError } from '../contracts/diagnostic.ts';
import type { LocalStorageConfig, VmDocument } from '../contracts/vm-document.ts';
import { type DriveLayout, diagnosticStoreName, type Place } from './drive-layout.ts';
import { ensureDirectory } from './ensure-directory.ts';
import { type HeldFile, heldFiles, heldIn } from './held-files.ts';

/**
 * Phase 0 of every start of a role (AB 3.2): makes the directories of LocalStorage, empties those with cleanOnRoleRecycle and
 * RoleTemp. DiagnosticStore is never emptied, whatever its definition says (AB 6.1).
 *
 * What a process outside of the job keeps open is locked, as on Windows: it stays, and with it the folder that it is in.
 *
 * @throws UserError RV3105 naming what is kept open and by whom, RV3104 naming what cannot be removed for another reason:
 *   WaHostBootstrapper is not started then, and the agent tries again (AB 1.2, 3.2, B-s6)
 */
export async function prepareLocalStorage(layout: DriveLayout, vm: StorageOwner): Promise<void> {
  const { vmRoot } = layout;
  await makeDirectory(vmRoot, layout.diagnosticStore);
  for (const { name } of vm.localStorage) await makeDirectory(vmRoot, layout.localStorage(name));
  await makeDirectory(vmRoot, layout.roleTemp);
  for (const place of emptiedAtStart(layout, vm.localStorage)) await empty(place, vm);
}

export type StorageOwner = Pick<VmDocument, 'localStorage' | 'deploymentId' | 'instanceId'>;

/** The directories that every start of the role empties. */
export function emptiedAtStart(layout: DriveLayout, storages: readonly LocalStorageConfig[]): readonly Place[] {
  return [...storages.filter(isEmptied).map(({ name }) => layout.localStorage(name)), layout.roleTemp];
}

function isEmptied({ name, cleanOnRoleRecycle }: LocalStorageConfig): boolean {
  return cleanOnRoleRecycle && name.toLowerCase() !== diagnosticStoreName.toLowerCase();
}

async function makeDirectory(vmRoot: string, place: Place): Promise<void> {
  await removeUnlessDirectory(place);
  await ensureDirectory(vmRoot, place.host);
}

async function empty(place: Place, vm: StorageOwner): Promise<void> {
  const names = readdirSync(place.host);
  // Looking through the processes takes milliseconds, and most starts have nothing to remove.
  const held = names.length === 0 ? [] : heldFiles(place.host, vm);
  const locked = names.flatMap((name) => heldIn(place.host, name, held) ?? []);
  for (const name of names) {
    if (heldIn(place.host, name, held) === undefined) await remove(join(place.host, name), `${place.drive}\\${name}`);
  }
  if (locked[0] !== undefined) throw keptOpen(place, locked[0]);
}

/** A role may have put a symbolic link in place of its directory; what it leads to is not emptied. */
async function removeUnlessDirectory(place: Place): Promise<void> {
  const stats = lstatSync(place.host, { throwIfNoEntry: false });
  if (stats !== undefined && !stats.isDirectory()) await remove(place.host, place.drive);
}

/** Links inside are removed and not followed. */
async function remove(hostPath: string, drivePath: string): Promise<void> {
  try {
    await rm(hostPath, { recursive: true, force: true });
  } catch (error) {
    const { code, path = hostPath } = error as NodeJS.ErrnoException;
    throw new UserError(
      'RV3104',
      `${drivePath} cannot be removed (${code}), so the role cannot start: its LocalStorage is to be emptied at each recycle.`,
      'End the process that keeps it open or give back the right to delete it, or set cleanOnRoleRecycle="false".',
      [{ code: 'RV3104', severity: 'error', message: `${code}: ${path}`, file: path }],
    );
  }
}

function keptOpen(place: Place, { path, holder }: HeldFile): UserError {
  const below = relative(realpathSync(place.host), path).split(sep).join('\\');
  return new UserError(
    'RV3105',
    `${place.drive}\\${below} is kept open by ${holder}, so the role cannot start: the directory is to be emptied at each start of it.`,
    'End that process, or let it close the file before the role ends, or set cleanOnRoleRecycle="false".',
    [{ code: 'RV3105', severity: 'error', message: `kept open by ${holder}`, file: path }],
  );
}
