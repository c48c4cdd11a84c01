import path from 'node:path';
import type { Timings } from '../../contracts/timings.ts';
import type { PlacedInstance } from '../../fabric/fabric-controller.ts';
import { placeInstances } from '../../fabric/place-instances.ts';
import { cacheDirectory } from '../../kernel/code-cache/cache-directory.ts';
import type { GivenCertificates } from '../../model/certificates/read-certificate-folder.ts';
import { extractRole } from '../../model/package/extract-role.ts';
import { restoreVm } from '../snapshot/restore-vm.ts';
import type { LoadedService } from './load-service.ts';
import type { OpenedDeployment } from './open-deployment.ts';
import type { Settings } from './read-settings.ts';

export interface Placing {
  readonly service: LoadedService;
  readonly deployment: OpenedDeployment;
  readonly settings: Settings;
  readonly timings: Timings;
  readonly speed: number;
  readonly bundlesDirectory: string;
  readonly stateDirectory: string;
  /** As `giveCertificates` has read them. */
  readonly certificates: GivenCertificates['certificates'];
}

/** K16. */
const usualRoleTempInMB = 100;

/** The instances of a service, each with what its drives are made from and what it is to become. */
export function placeService(placing: Placing): readonly PlacedInstance[] {
  const { service, deployment, settings, timings, speed, bundlesDirectory, stateDirectory, certificates } = placing;
  const { document, events, goals } = deployment;
  const vms = placeInstances(service.model, {
    deploymentId: document.id,
    speed,
    timings,
    emulated: settings.emulated,
    bundlesDirectory,
    codeCacheDirectory: cacheDirectory(process.env) ?? 'off',
    roleTempInMB: settings.roleTempInMB ?? usualRoleTempInMB,
    certificatesRequired: settings.certificates === 'required',
    certificates,
  });
  const roles = new Map(service.packaged.roles.map((role) => [role.name, role]));
  return vms.map((vm) => ({
    vm,
    events,
    ...(goals[vm.instanceId] === undefined ? {} : { goal: goals[vm.instanceId] }),
    fillRoleDrive: async (directory) => {
      const role = roles.get(vm.roleName);
      if (role === undefined) throw new Error(`the package has no role ${vm.roleName}`);
      await extractRole(role, directory);
    },
    restoreDrives: (snapshot) => restoreVm(stateDirectory, snapshot, vm.instanceId, path.join(stateDirectory, 'vms', vm.instanceId)),
  }));
}
