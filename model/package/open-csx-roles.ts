import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../../contracts/diagnostic.ts';
import type { ServiceModel, ServiceRole } from '../../contracts/service-model.ts';
import { quote } from '../quote.ts';
import { type Budget, createBudget, type PackageLimits } from './budget.ts';
import { childFolder } from './find-folder.ts';
import { packageDigest } from './package-digest.ts';
import { type PackagedRole, packagedRole } from './packaged-role.ts';
import { readFailure } from './read-failure.ts';
import type { PackagedRoles } from './service-package.ts';
import { walkFolder } from './walk-folder.ts';

/**
 * The roles of a .csx folder (PL 2), taken as they are.
 *
 * @param definitionPath absolute path of the flattened csdef
 * @throws UserError RV1405 for a role without folder, RV1421 to RV1426, RV1434
 */
export async function openCsxRoles(
  definitionPath: string,
  definition: Uint8Array,
  model: ServiceModel,
  limits: PackageLimits,
): Promise<PackagedRoles> {
  const budget = createBudget(limits);
  const packaged: PackagedRole[] = [];
  for (const role of model.roles) {
    if (role.kind !== 'VirtualMachineRole') packaged.push(await openCsxRole(dirname(definitionPath), role, budget));
  }
  const roles = packaged.map(({ role }) => role);
  return { roles, digest: await packageDigest(definition, roles), notices: packaged.flatMap(({ notices }) => notices) };
}

async function openCsxRole(csx: string, role: ServiceRole, budget: Budget): Promise<PackagedRole> {
  const folder = childFolder(childFolder(csx, 'roles') ?? csx, role.name);
  if (folder === undefined) {
    throw new UserError(
      'RV1405',
      `There is no folder for role ${quote(role.name)} in ${quote(join(csx, 'roles'))}.`,
      'Pack the service again.',
    );
  }
  const hostFiles = await walkFolder(folder, budget);
  const packed = hostFiles.map(({ path, hostPath, size, mode }) => ({
    name: path,
    size,
    hostPath,
    content: { kind: 'hostFile', hostPath, mode } as const,
  }));
  return packagedRole(role, folder, packed, ({ hostPath }) => readText(hostPath));
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw readFailure(path, error);
  }
}
