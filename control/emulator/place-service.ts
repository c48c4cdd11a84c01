import path from 'node:path';
import type { Timings } from '../../contracts/timings.ts';
import type { PlacedInstance } from '../../fabric/fabric-controller.ts';
import { placeInstances } from '../../fabric/place-instances.ts';
import { cacheDirectory } from '../../kernel/code-cache/cache-directory.ts';
import { extractRole } from '../../model/package/extract-role.ts';
import { restoreVm } from '../snapshot/restore-vm.ts';
import { giveCertificates, missingTexts } from './give-certificates.ts';
import type { LoadedService } from './load-service.ts';
import type { OpenedDeployment } from './open-deployment.ts';
import { portNotices } from './port-notices.ts';
import type { Settings } from './read-settings.ts';

export interface Placing {
  readonly service: LoadedService;
  readonly deployment: OpenedDeployment;
  readonly settings: Settings;
  readonly timings: Timings;
  readonly speed: number;
  readonly bundlesDirectory: string;
  readonly stateDirectory: string;
  /** As `findImages` has found them. */
  readonly images: ReadonlyMap<string, string>;
}

export interface PlacedService {
  readonly placed: readonly PlacedInstance[];
  /** Sentences on what will not be as the model says: ports, certificates. */
  readonly notices: readonly string[];
}

/** K16. */
const usualRoleTempInMB = 100;

/** The instances of a service, each with what its drives are made from and what it is to become. */
export async function placeService(placing: Placing): Promise<PlacedService> {
  const { service, deployment, settings, timings, speed, bundlesDirectory, stateDirectory, images } = placing;
  const { document, events, goals } = deployment;
  const { certificates, notices } = await giveCertificates(document.servicePath, service.model);
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
    images,
  });
  const roles = new Map(service.packaged.roles.map((role) => [role.name, role]));
  const placed = vms.map(
    (vm): PlacedInstance => ({
      vm,
      events,
      ...(goals[vm.instanceId] === undefined ? {} : { goal: goals[vm.instanceId] }),
      fillRoleDrive: async (directory) => {
        const role = roles.get(vm.roleName);
        if (role === undefined) throw new Error(`the package has no role ${vm.roleName}`);
        await extractRole(role, directory);
      },
      restoreDrives: (snapshot) => restoreVm(stateDirectory, snapshot, vm.instanceId, path.join(stateDirectory, 'vms', vm.instanceId)),
    }),
  );
  return { placed, notices: [...portNotices(vms), ...notices, ...missingTexts(document.servicePath, vms)] };
}
