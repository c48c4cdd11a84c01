import type { ServiceModel, Site, WebRole, WorkerRole } from '../../../contracts/service-model.ts';

const at = { line: 1, column: 1, attributes: {} };
const nothing = {
  settings: [],
  localStorage: [],
  inputEndpoints: [],
  internalEndpoints: [],
  instanceInputEndpoints: [],
  certificates: [],
};

/** What a definition says about a role beyond its name. */
export type RoleFacts = Partial<Omit<WorkerRole, 'kind' | 'name'>>;

export function workerRole(name: string, facts: RoleFacts = {}): WorkerRole {
  const base = { at, name, vmsize: 'Small', enableNativeCodeExecution: true, imports: [], contents: [], ...nothing };
  return { ...base, ...facts, kind: 'WorkerRole' };
}

export function webRole(name: string, sites: readonly Site[] = [], facts: RoleFacts = {}): WebRole {
  return { ...workerRole(name, facts), kind: 'WebRole', hasSites: sites.length > 0, sites };
}

export function site(name: string, physicalDirectory?: string): Site {
  const bindings = [{ at, name: 'HttpIn', endpointName: 'HttpIn' }];
  const base = { at, name, virtualApplications: [], virtualDirectories: [], bindings };
  return physicalDirectory === undefined ? base : { ...base, physicalDirectory };
}

export function serviceModel(...roles: readonly (WebRole | WorkerRole)[]): ServiceModel {
  const definition = {
    at,
    file: 'ServiceDefinition.csdef',
    name: 'Tally',
    upgradeDomainCount: 5,
    topologyChangeDiscovery: 'UpgradeDomainWalk',
    roles,
    loadBalancerProbes: [],
    networkTrafficRules: [],
  } as const;
  const configured = roles.map(({ name }) => ({ at, name, instances: { at, count: 1 }, settings: [], certificates: [] }));
  return {
    definition,
    configuration: { at, file: 'ServiceConfiguration.cscfg', serviceName: 'Tally', osVersion: '*', roles: configured },
    roles: roles.map((role) => ({
      name: role.name,
      kind: role.kind,
      definition: role,
      configuration: { at, name: role.name, instances: { at, count: 1 }, settings: [], certificates: [] },
      modules: [],
      instanceCount: 1,
      ...nothing,
    })),
  };
}
