import type { LocalResource } from '../../contracts/role-environment.ts';
import type { VmDocument } from '../../contracts/vm-document.ts';
import { writeAtomically } from '../../kernel/write-atomically.ts';
import { writeInstanceConfig } from '../../model/role-environment/write-instance-config.ts';
import { writeRoleEnvironment } from '../../model/role-environment/write-role-environment.ts';
import type { DriveLayout } from '../../sandbox/drive-layout.ts';
import { prepareLocalStorage } from '../../sandbox/local-storage.ts';
import { type ConfigurationStory, configureGuest } from './configure-guest.ts';

/**
 * Phase 0 of a start (AB 3.2): LocalStorage made and emptied as declared, the guest configured, the configuration written to C:\Config.
 *
 * @throws UserError when a directory cannot be emptied or a certificate is missing; the bootstrapper is not started then
 */
export async function prepareGuest(vm: VmDocument, layout: DriveLayout, story: ConfigurationStory): Promise<void> {
  await prepareLocalStorage(layout, vm);
  await configureGuest(vm, layout, story);
  const localResources = vm.localStorage.map(
    ({ name, sizeInMB }): LocalResource => ({ name, sizeInMB, path: `${layout.localStorage(name).host}/` }),
  );
  writeAtomically(layout.configDocument.host, writeInstanceConfig(vm, localResources));
  writeAtomically(
    layout.roleEnvironment.host,
    writeRoleEnvironment({
      deployment: { id: vm.deploymentId, emulated: vm.emulated },
      currentInstance: {
        id: vm.instanceId,
        roleName: vm.roleName,
        updateDomain: vm.updateDomain,
        faultDomain: vm.faultDomain,
        configurationSettings: vm.settings,
        localResources,
        endpoints: vm.endpoints,
      },
      roles: vm.otherRoles.filter((role) => role.instances.length > 0),
    }),
  );
}
