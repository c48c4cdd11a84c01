import { createHash } from 'node:crypto';
import type { RoleKind } from '../contracts/role-model.ts';
import type { ServiceModel, ServiceRole } from '../contracts/service-model.ts';
import type { Timings } from '../contracts/timings.ts';
import type { CertificateConfig, CertificateContent, EndpointConfig, VmDocument } from '../contracts/vm-document.ts';
import { openPorts } from './open-ports.ts';

export interface Placement {
  readonly deploymentId: string;
  readonly speed: number;
  readonly timings: Timings;
  readonly emulated: boolean;
  readonly bundlesDirectory: string;
  readonly codeCacheDirectory: string;
  /** Host folders of the images of VM roles, by role. */
  readonly images?: ReadonlyMap<string, string>;
  /** Megabytes of RoleTemp (K16). */
  readonly roleTempInMB: number;
  readonly certificatesRequired: boolean;
  /** The certificates that the user has given, by thumbprint. */
  readonly certificates: ReadonlyMap<string, CertificateContent>;
}

/** First port of those that the fabric picks (AB 12). */
const firstPickedPort = 20_000;
/** Below the ports that systems give to outgoing connections. */
const firstProbePort = 29_000;
const mostInstances = 1_000;
export const faultDomains = 2;

/**
 * Gives each instance of each role its name, upgrade domain, fault domain, address and ports (AB 10.2).
 *
 * @returns one document per instance, in the order of the roles and their instances
 */
export function placeInstances(model: ServiceModel, placement: Placement): readonly VmDocument[] {
  const network = createHash('sha256').update(placement.deploymentId).digest()[0] ?? 0;
  let next = 0;
  const placed = model.roles.flatMap((role) =>
    Array.from({ length: role.instanceCount }, (_, index) => {
      next += 1;
      const address = dynamicAddress(network, next);
      return {
        role,
        instance: {
          id: `${role.name}_IN_${index}`,
          updateDomain: index % model.definition.upgradeDomainCount,
          faultDomain: index % faultDomains,
          endpoints: endpointsOf(role, address),
        },
        probed: { address, number: next },
      };
    }),
  );
  const addresses = [...new Set(placed.map(({ probed: { address } }) => address))];
  return placed.map(({ role, instance, probed }) => ({
    instanceId: instance.id,
    roleName: role.name,
    roleKind: roleKind(role),
    ...imageOf(role, placement),
    deploymentId: placement.deploymentId,
    serviceName: model.definition.name,
    updateDomain: instance.updateDomain,
    faultDomain: instance.faultDomain,
    machineName: machineName(placement.deploymentId, instance.id),
    roleDrive: 'E',
    speed: placement.speed,
    timings: placement.timings,
    localStorage: role.localStorage.map(({ name, sizeInMB, cleanOnRoleRecycle }) => ({ name, sizeInMB, cleanOnRoleRecycle })),
    roleTempInMB: placement.roleTempInMB,
    defaultProbe: {
      address: probed.address,
      port: probePort(instance.endpoints, probed.number),
      path: `/${encodeURIComponent(`${placement.deploymentId}.${instance.id}`)}`,
    },
    settings: role.settings,
    endpoints: instance.endpoints,
    certificates: certificatesOf(role, placement.certificates),
    certificatesRequired: placement.certificatesRequired,
    openPorts: openPorts(role, instance.endpoints, addresses),
    otherRoles: model.roles.map((other) => ({
      name: other.name,
      instances: placed
        .filter((candidate) => candidate.role === other && candidate.instance !== instance)
        .map((candidate) => candidate.instance),
    })),
    emulated: placement.emulated,
    configIncarnation: 1,
    eventDone: 0,
    bundlesDirectory: placement.bundlesDirectory,
    codeCacheDirectory: placement.codeCacheDirectory,
  }));
}

function imageOf({ name }: ServiceRole, { images }: Placement): Pick<VmDocument, 'image'> {
  const image = images?.get(name);
  return image === undefined ? {} : { image };
}

/** The instance's own address (DIP); each deployment has a network of its own inside the loopback range. */
function dynamicAddress(network: number, number: number): string {
  // macOS knows no loopback address but this one until it is told of others (untested there).
  if (process.platform === 'darwin') return '127.0.0.1';
  return `127.255.${(network + Math.floor(number / 254)) % 256}.${(number % 254) + 1}`;
}

function endpointsOf(role: ServiceRole, address: string): readonly EndpointConfig[] {
  const endpoints = [
    ...role.inputEndpoints.map(({ name, protocol, localPort }) => ({ name, protocol, port: localPort })),
    ...role.internalEndpoints.map(({ name, protocol, port, fixedPorts, fixedPortRanges }) => ({
      name,
      protocol,
      port: fixedPorts[0]?.port ?? fixedPortRanges[0]?.min ?? port,
    })),
    ...role.instanceInputEndpoints.map(({ name, protocol, localPort }) => ({ name, protocol, port: localPort })),
  ];
  const taken = new Set(endpoints.map(({ port }) => port));
  let next = firstPickedPort;
  const pick = () => {
    while (taken.has(next)) next += 1;
    return next++;
  };
  return endpoints.map(({ name, protocol, port }) => ({ name, protocol, address, port: typeof port === 'number' ? port : pick() }));
}

function certificatesOf(role: ServiceRole, given: Placement['certificates']): readonly CertificateConfig[] {
  return role.certificates.map(({ name, thumbprint: written, storeLocation, storeName, permissionLevel }) => {
    // The dialog that it is copied from puts an invisible character before it (SM 5).
    const thumbprint = written.replace(/[^0-9a-f]/gi, '').toUpperCase();
    const content = given.get(thumbprint);
    return { name, thumbprint, storeLocation, storeName, permissionLevel, ...(content === undefined ? {} : { content }) };
  });
}

/** Azure does not publish the port. Two instances have different ones even where they share an address. */
function probePort(endpoints: readonly EndpointConfig[], number: number): number {
  let port = firstProbePort + number;
  while (endpoints.some((endpoint) => endpoint.port === port)) port += mostInstances;
  return port;
}

function roleKind(role: ServiceRole): RoleKind {
  if (role.definition.kind === 'WebRole') return role.definition.hasSites ? 'IISWebRole' : 'HWCWebRole';
  return 'WorkerRole';
}

/** `RD00155D50206D`: RD and a MAC address of the hypervisor's range (AB 7.3). */
function machineName(deploymentId: string, instanceId: string): string {
  return `RD00155D${createHash('sha256').update(`${deploymentId}.${instanceId}`).digest('hex').slice(0, 6).toUpperCase()}`;
}
