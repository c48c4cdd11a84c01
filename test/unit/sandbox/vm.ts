import { resolveTimings } from '../../../contracts/timings.ts';
import type { VmDocument } from '../../../contracts/vm-document.ts';

/** A worker instance as the host agent describes it. */
export function vmDocument(changes: Partial<VmDocument> = {}): VmDocument {
  return {
    instanceId: 'WorkerRole1_IN_0',
    roleName: 'WorkerRole1',
    roleKind: 'WorkerRole',
    deploymentId: '1f0c7a5e9d3b4c2fa6e8b7d0c1e2f3a4',
    serviceName: 'hello-worker',
    updateDomain: 0,
    faultDomain: 0,
    machineName: 'RD00155D50206D',
    roleDrive: 'E',
    speed: 1,
    timings: resolveTimings(1),
    localStorage: [
      { name: 'Cache', sizeInMB: 64, cleanOnRoleRecycle: true },
      { name: 'Keep', sizeInMB: 64, cleanOnRoleRecycle: false },
      { name: 'DiagnosticStore', sizeInMB: 4096, cleanOnRoleRecycle: true },
    ],
    defaultProbe: { address: '127.255.0.2', port: 29_001, path: '/1f0c7a5e9d3b4c2fa6e8b7d0c1e2f3a4.WorkerRole1_IN_0' },
    settings: [],
    endpoints: [],
    certificates: [],
    certificatesRequired: false,
    openPorts: [],
    roleTempInMB: 100,
    otherRoles: [],
    emulated: true,
    eventDone: 0,
    bundlesDirectory: '/bundles',
    codeCacheDirectory: 'off',
    configIncarnation: 2,
    ...changes,
  };
}
