import { statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { UserError } from '../../contracts/diagnostic.ts';
import { quote } from '../quote.ts';
import { type PackageLimits, packageLimits } from './budget.ts';
import { childFolder, isFolder, namesIn } from './find-folder.ts';
import { findConfiguration, findDefinition, foldersOfCsx } from './find-model-file.ts';
import { openCsxRoles } from './open-csx-roles.ts';
import { openFolderRoles } from './open-folder-roles.ts';
import { readBytes } from './read-bytes.ts';
import type { ServicePackage } from './service-package.ts';

export interface OpenOptions {
  /** Path of the cscfg, or `Local`, `Cloud`, …; without it the one in or beside the service is taken. */
  readonly configuration?: string | undefined;
  /** For tests. */
  readonly limits?: PackageLimits;
}

/**
 * Opens a service as the user gives it: a folder with csdef, cscfg and one folder per role, a .csx folder, or a .cspkg file.
 *
 * Only the definition and the configuration are read here; what the roles consist of is read by `openRoles`, with the model made of the two.
 *
 * @param path as the user types it
 * @throws UserError RV1401 to RV1404 when something is missing, RV1426 for what cannot be read, RV1431 to RV1433 for a package
 */
export async function openServicePackage(path: string, options: OpenOptions = {}): Promise<ServicePackage> {
  const limits = options.limits ?? packageLimits;
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) throw noService(path, 'There is nothing at');
  if (status.isDirectory()) return openFolder(path, options.configuration, limits);
  if (!status.isFile() || !['.cspkg', '.zip'].includes(extname(path).toLowerCase())) throw noService(path, 'There is no service in');
  const configuration = findConfiguration([dirname(path)], basename(path, extname(path)), options.configuration);
  // Unpacking is needed by few, and costs every other start its loading.
  const { openCspkg } = await import('./open-cspkg.ts');
  return openCspkg(path, readBytes(configuration), limits);
}

function openFolder(path: string, given: string | undefined, limits: PackageLimits): ServicePackage {
  const servicePath = resolve(path);
  const definition = readBytes(findDefinition(path));
  const definitionPath = resolve(definition.name);
  const csx = isCsx(path);
  const configuration = findConfiguration(csx ? foldersOfCsx(path) : [path], basename(servicePath), given);
  return {
    kind: csx ? 'csx' : 'folder',
    servicePath,
    definition,
    configuration: readBytes(configuration),
    openRoles: (model) => (csx ? openCsxRoles : openFolderRoles)(definitionPath, definition.bytes, model, limits),
    async close() {},
  };
}

/** CSPack's /copyOnly output has its roles below `roles`, each with the RoleModel.xml that nobody writes by hand (PL 2). */
function isCsx(path: string): boolean {
  const roles = childFolder(path, 'roles');
  if (roles === undefined) return false;
  if (/\.csx[\\/]*$/i.test(path)) return true;
  return namesIn(roles).some(
    (role) => isFolder(join(roles, role)) && namesIn(join(roles, role)).some((name) => /^rolemodel\.xml$/i.test(name)),
  );
}

function noService(path: string, what: string): UserError {
  return new UserError(
    'RV1401',
    `${what} ${quote(path)}.`,
    'Give a folder with a service definition (.csdef), a .csx folder or a .cspkg file.',
  );
}
