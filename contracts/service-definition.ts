import type {
  Certificate,
  Content,
  Import,
  InputEndpoint,
  InstanceInputEndpoint,
  InternalEndpoint,
  LocalStorage,
  Runtime,
  SettingDeclaration,
  Site,
  Startup,
} from './role-elements.ts';
import type { FromSource } from './source-place.ts';

/** ServiceDefinition.csdef and .csplugin (SM 3, 4 and 6). Attributes keep Azure's names. */

export interface ServiceDefinition extends FromSource {
  readonly file: string;
  readonly name: string;
  readonly schemaVersion?: string;
  readonly upgradeDomainCount: number;
  readonly topologyChangeDiscovery: 'UpgradeDomainWalk' | 'Blast';
  readonly roles: readonly RoleDefinition[];
  readonly loadBalancerProbes: readonly LoadBalancerProbe[];
  readonly networkTrafficRules: readonly NetworkTrafficRule[];
}

export type RoleDefinition = WebRole | WorkerRole | VirtualMachineRole;

interface RoleBase extends FromSource {
  readonly name: string;
  readonly vmsize: string;
  readonly enableNativeCodeExecution: boolean;
  readonly settings: readonly SettingDeclaration[];
  readonly localStorage: readonly LocalStorage[];
  readonly inputEndpoints: readonly InputEndpoint[];
  readonly internalEndpoints: readonly InternalEndpoint[];
  readonly instanceInputEndpoints: readonly InstanceInputEndpoint[];
  readonly certificates: readonly Certificate[];
  readonly imports: readonly Import[];
  readonly startup?: Startup;
}

export interface WebRole extends RoleBase {
  readonly kind: 'WebRole';
  readonly runtime?: Runtime;
  /** True: full IIS. False: hosted web core (SM 4.7). */
  readonly hasSites: boolean;
  readonly sites: readonly Site[];
  readonly contents: readonly Content[];
}

export interface WorkerRole extends RoleBase {
  readonly kind: 'WorkerRole';
  readonly runtime?: Runtime;
  readonly contents: readonly Content[];
}

export interface VirtualMachineRole extends RoleBase {
  readonly kind: 'VirtualMachineRole';
}

export interface LoadBalancerProbe extends FromSource {
  readonly name: string;
  readonly protocol: 'http' | 'tcp';
  readonly path?: string;
  /** Unstated: the endpoint's port. */
  readonly port?: number;
  readonly intervalInSeconds: number;
  readonly timeoutInSeconds: number;
}

export interface NetworkTrafficRule extends FromSource {
  readonly destinations: readonly RoleEndpoint[];
  readonly allowAllTraffic?: FromSource;
  readonly whenSource?: WhenSource;
}

export interface RoleEndpoint extends FromSource {
  readonly roleName: string;
  readonly endpointName: string;
}

export interface WhenSource extends FromSource {
  readonly matches: 'AnyRule';
  readonly fromRoles: readonly FromRole[];
}

export interface FromRole extends FromSource {
  readonly roleName: string;
}

/** A RoleModule. Names inside it are short; outside they are `<namespace>.<name>`. */
export interface PluginModule extends FromSource {
  readonly moduleName: string;
  /** The .csplugin file; undefined for the description that rolevm brings along. */
  readonly file?: string;
  readonly namespace: string;
  readonly settings: readonly SettingDeclaration[];
  /** Short names of settings that a cscfg may leave out, because not every SDK version has them. */
  readonly optionalSettings: readonly string[];
  readonly localStorage: readonly LocalStorage[];
  readonly inputEndpoints: readonly InputEndpoint[];
  readonly internalEndpoints: readonly InternalEndpoint[];
  readonly instanceInputEndpoints: readonly InstanceInputEndpoint[];
  readonly certificates: readonly Certificate[];
  readonly startup?: Startup;
  readonly runtime?: Runtime;
  readonly sites: readonly Site[];
}
