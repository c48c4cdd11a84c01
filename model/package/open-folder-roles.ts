import type { ServiceModel } from '../../contracts/service-model.ts';
import { createBudget, type PackageLimits } from './budget.ts';
import { packRole } from './pack-role.ts';
import { packageDigest } from './package-digest.ts';
import type { PackagedRoles, RolePackage } from './service-package.ts';

/**
 * The roles of a service folder, packed as CSPack would.
 *
 * @param definitionPath absolute path of the csdef
 * @throws UserError RV1405 to RV1408 and RV1421 to RV1426
 */
export async function openFolderRoles(
  definitionPath: string,
  definition: Uint8Array,
  model: ServiceModel,
  limits: PackageLimits,
): Promise<PackagedRoles> {
  const budget = createBudget(limits);
  const roles: RolePackage[] = [];
  for (const { definition: role, modules } of model.roles) {
    if (role.kind !== 'VirtualMachineRole') roles.push(await packRole(definitionPath, role, modules, budget));
  }
  return { roles, digest: await packageDigest(definition, roles), notices: [] };
}
