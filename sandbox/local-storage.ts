import { lstatSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../contracts/diagnostic.ts';
import type { LocalStorageConfig } from '../contracts/vm-document.ts';
import { type DriveLayout, diagnosticStoreName, type Place } from './drive-layout.ts';
import { ensureDirectory } from './ensure-directory.ts';

/**
 * Phase 0 of every start of a role (AB 3.2): makes the directories of LocalStorage, empties those with cleanOnRoleRecycle and
 * RoleTemp. DiagnosticStore is never emptied, whatever its definition says (AB 6.1).
 *
 * @throws UserError RV3104 naming the path when an entry cannot be removed, as when a process outside of the job keeps it open:
 *   WaHostBootstrapper is not started then, and the agent tries again (AB 3.2, B-s6)
 */
export async function prepareLocalStorage(layout: DriveLayout, storages: readonly LocalStorageConfig[]): Promise<void> {
  await prepare(layout.vmRoot, layout.diagnosticStore, false);
  for (const storage of storages) await prepare(layout.vmRoot, layout.localStorage(storage.name), isEmptied(storage));
  await prepare(layout.vmRoot, layout.roleTemp, true);
}

/** The directories that every start of the role empties. */
export function emptiedAtStart(layout: DriveLayout, storages: readonly LocalStorageConfig[]): readonly Place[] {
  return [...storages.filter(isEmptied).map(({ name }) => layout.localStorage(name)), layout.roleTemp];
}

function isEmptied({ name, cleanOnRoleRecycle }: LocalStorageConfig): boolean {
  return cleanOnRoleRecycle && name.toLowerCase() !== diagnosticStoreName.toLowerCase();
}

async function prepare(vmRoot: string, place: Place, clean: boolean): Promise<void> {
  await removeUnlessDirectory(place);
  await ensureDirectory(vmRoot, place.host);
  if (!clean) return;
  for (const name of readdirSync(place.host)) await remove(join(place.host, name), `${place.drive}\\${name}`);
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
