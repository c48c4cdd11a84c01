import { UserError } from '../../contracts/diagnostic.ts';
import type { RoleModel } from '../../contracts/role-model.ts';
import type { ServiceModel } from '../../contracts/service-model.ts';
import type { RolePackage } from '../../model/package/service-package.ts';
import { imageDrive, imageNameOf, imageNames, imageOf } from '../image/image-place.ts';

/**
 * The folder that D: of each VM role is made from, by the name of the role.
 *
 * @throws UserError RV4715 when an OsImage names an image that does not exist
 */
export function findImages(stateDirectory: string, model: ServiceModel): ReadonlyMap<string, string> {
  const found = model.roles.flatMap((role): [string, string][] => {
    const href = role.configuration.osImage?.href;
    if (role.kind !== 'VirtualMachineRole' || href === undefined) return [];
    const image = imageOf(stateDirectory, href);
    if (image === undefined) throw noImage(stateDirectory, role.name, href);
    return [[role.name, imageDrive(stateDirectory, image)]];
  });
  return new Map(found);
}

/** What the package has for the VM roles: nothing. They bring an image instead of a role host and startup tasks (S3). */
export function imageRoles(model: ServiceModel): readonly RolePackage[] {
  const empty = (name: string): RoleModel => ({
    name,
    version: '',
    tasks: [],
    runtime: { executionContext: 'limited', environment: [] },
    sites: [],
    properties: {},
    pluginSettings: [],
  });
  return model.roles
    .filter(({ kind }) => kind === 'VirtualMachineRole')
    .map(({ name }) => ({ name, kind: 'WorkerRole', model: empty(name), files: [] }));
}

function noImage(stateDirectory: string, role: string, href: string): UserError {
  const there = imageNames(stateDirectory);
  return new UserError(
    'RV4715',
    `VirtualMachineRole ${role} is to boot from ${href}, and there is no image ${imageNameOf(href)}`,
    `make it with rolevm image upload FOLDER --name ${imageNameOf(href)}, or of a VM with rolevm image create${
      there.length === 0 ? '' : `; there are ${there.join(', ')}`
    }`,
  );
}
