import type { ExecutionContext, TaskType } from './role-model.ts';

/**
 * The service model as read from ServiceDefinition.csdef, ServiceConfiguration.cscfg and the imported modules (SM 3 to 6).
 * Attributes keep Azure's names. Every element knows where it stands, and which of its attributes were stated there.
 */

/** Both count from 1; columns in characters. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Where an element stands. An attribute missing in `attributes` was not stated: it has its default, or none. */
export interface SourcePlace extends Position {
  readonly attributes: Readonly<Record<string, Position>>;
}

interface FromSource {
  readonly at: SourcePlace;
}

export interface ServiceModel {
  readonly definition: ServiceDefinition;
  readonly configuration: ServiceConfiguration;
  /** In the order of the definition. */
  readonly roles: readonly ServiceRole[];
}

/** One role with everything that applies to it: its definition, its modules and its configuration together. */
export interface ServiceRole {
  readonly name: string;
  readonly kind: RoleDefinition['kind'];
  readonly definition: RoleDefinition;
  readonly configuration: RoleConfiguration;
  /** In the order of the Import elements. */
  readonly modules: readonly PluginModule[];
  readonly instanceCount: number;
  /** As the cscfg has them; names of plug-in settings are full names. */
  readonly settings: readonly { readonly name: string; readonly value: string }[];
  /** Own stores, those of modules, and DiagnosticStore, which every role has (SM 4.2). */
  readonly localStorage: readonly Merged<LocalStorage>[];
  readonly inputEndpoints: readonly (Merged<InputEndpoint> & { readonly localPort: number | '*' })[];
  readonly internalEndpoints: readonly Merged<InternalEndpoint>[];
  readonly instanceInputEndpoints: readonly Merged<InstanceInputEndpoint>[];
  readonly certificates: readonly (Merged<Certificate> & { readonly thumbprint: string; readonly thumbprintAlgorithm: string })[];
}

/** Something of the role's own or of a module; a module's has its full name `<namespace>.<name>` (SM 6). */
export type Merged<T extends FromSource> = Omit<T, 'at'> & { readonly at?: SourcePlace; readonly module?: string };

// ServiceDefinition.csdef

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

export interface SettingDeclaration extends FromSource {
  readonly name: string;
}

export interface LocalStorage extends FromSource {
  readonly name: string;
  readonly sizeInMB: number;
  readonly cleanOnRoleRecycle: boolean;
}

export interface InputEndpoint extends FromSource {
  readonly name: string;
  readonly protocol: 'http' | 'https' | 'tcp' | 'udp';
  /** Public port. */
  readonly port: number;
  /** `*`: the fabric picks one. Unstated: the same as `port`. */
  readonly localPort?: number | '*';
  readonly certificate?: string;
  readonly ignoreRoleInstanceStatus: boolean;
  readonly loadBalancerProbe?: string;
  readonly loadBalancer?: string;
  readonly idleTimeoutInMinutes: number;
  readonly loadBalancerDistribution: 'none' | 'sourceIP' | 'sourceIPProtocol';
}

export interface InternalEndpoint extends FromSource {
  readonly name: string;
  readonly protocol: 'http' | 'tcp' | 'udp' | 'any';
  /** Unstated, and no fixed ports: the fabric picks a free one per instance. */
  readonly port?: number | '*';
  readonly fixedPorts: readonly FixedPort[];
  readonly fixedPortRanges: readonly FixedPortRange[];
}

export interface FixedPort extends FromSource {
  readonly port: number;
}

export interface FixedPortRange extends FromSource {
  readonly min: number;
  readonly max: number;
}

export interface InstanceInputEndpoint extends FromSource {
  readonly name: string;
  readonly protocol: 'tcp' | 'udp';
  readonly localPort: number;
  readonly publicPorts: FixedPortRange;
}

export interface Certificate extends FromSource {
  readonly name: string;
  readonly storeLocation: 'LocalMachine' | 'CurrentUser';
  readonly storeName: string;
  readonly permissionLevel: 'limitedOrElevated' | 'elevated';
}

export interface Import extends FromSource {
  readonly moduleName: string;
}

export interface Startup extends FromSource {
  readonly priority: number;
  readonly tasks: readonly Task[];
}

export interface Task extends FromSource {
  readonly commandLine: string;
  readonly executionContext: ExecutionContext;
  readonly taskType: TaskType;
  readonly environment: readonly Variable[];
}

/** Has a value or an xpath; with neither its value is empty (SM 4.5). */
export interface Variable extends FromSource {
  readonly name: string;
  readonly value?: string;
  readonly roleInstanceValue?: RoleInstanceValue;
}

export interface RoleInstanceValue extends FromSource {
  readonly xpath: string;
}

export interface Runtime extends FromSource {
  readonly executionContext: ExecutionContext;
  readonly environment: readonly Variable[];
  readonly entryPoint?: NetFxEntryPoint | ProgramEntryPoint;
}

export interface NetFxEntryPoint extends FromSource {
  readonly kind: 'NetFxEntryPoint';
  readonly assemblyName: string;
  readonly targetFrameworkVersion?: string;
}

export interface ProgramEntryPoint extends FromSource {
  readonly kind: 'ProgramEntryPoint';
  readonly commandLine: string;
  readonly setReadyOnProcessStart: boolean;
}

export interface Site extends FromSource {
  readonly name: string;
  readonly physicalDirectory?: string;
  readonly virtualApplications: readonly VirtualPath[];
  readonly virtualDirectories: readonly VirtualPath[];
  readonly bindings: readonly Binding[];
}

/** A VirtualApplication or VirtualDirectory; they nest without limit. */
export interface VirtualPath extends FromSource {
  readonly name: string;
  readonly physicalDirectory: string;
  readonly virtualApplications: readonly VirtualPath[];
  readonly virtualDirectories: readonly VirtualPath[];
}

export interface Binding extends FromSource {
  readonly name: string;
  readonly endpointName: string;
  readonly hostHeader?: string;
}

export interface Content extends FromSource {
  readonly destination: string;
  readonly sourceDirectory: SourceDirectory;
}

export interface SourceDirectory extends FromSource {
  readonly path: string;
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

// .csplugin

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

// ServiceConfiguration.cscfg

export interface ServiceConfiguration extends FromSource {
  readonly file: string;
  readonly serviceName: string;
  readonly osFamily?: string;
  readonly osVersion: string;
  readonly schemaVersion?: string;
  readonly roles: readonly RoleConfiguration[];
  readonly networkConfiguration?: NetworkConfiguration;
}

export interface RoleConfiguration extends FromSource {
  readonly name: string;
  readonly vmName?: string;
  readonly instances: Instances;
  readonly settings: readonly SettingValue[];
  readonly certificates: readonly CertificateThumbprint[];
  readonly osImage?: OsImage;
}

export interface Instances extends FromSource {
  readonly count: number;
}

export interface SettingValue extends FromSource {
  readonly name: string;
  readonly value: string;
}

export interface CertificateThumbprint extends FromSource {
  readonly name: string;
  /** 40 hexadecimal digits, or empty where somebody still has to fill it in. */
  readonly thumbprint: string;
  readonly thumbprintAlgorithm: string;
}

export interface OsImage extends FromSource {
  readonly href: string;
}

export interface NetworkConfiguration extends FromSource {
  readonly accessControls: readonly AccessControl[];
  readonly endpointAcls: readonly EndpointAcl[];
  readonly dnsServers: readonly DnsServer[];
  readonly virtualNetworkSite?: Named;
  readonly instanceAddresses: readonly InstanceAddress[];
  readonly reservedIPs: readonly Named[];
  readonly loadBalancers: readonly LoadBalancer[];
}

export interface Named extends FromSource {
  readonly name: string;
}

export interface AccessControl extends FromSource {
  readonly name: string;
  readonly rules: readonly AccessControlRule[];
}

export interface AccessControlRule extends FromSource {
  readonly order: number;
  readonly action: 'permit' | 'deny';
  readonly remoteSubnet: string;
  readonly description?: string;
}

export interface EndpointAcl extends FromSource {
  readonly role: string;
  readonly endpoint: string;
  readonly accessControl: string;
}

export interface DnsServer extends FromSource {
  readonly name: string;
  readonly IPAddress: string;
}

export interface InstanceAddress extends FromSource {
  readonly roleName: string;
  readonly subnets: readonly Named[];
  readonly publicIPs: readonly PublicIP[];
}

export interface PublicIP extends FromSource {
  readonly name: string;
  readonly domainNameLabel?: string;
  readonly idleTimeoutInMinutes?: number;
}

export interface LoadBalancer extends FromSource {
  readonly name: string;
  readonly frontendIPConfiguration: FrontendIPConfiguration;
}

export interface FrontendIPConfiguration extends FromSource {
  readonly type: 'private';
  readonly subnet?: string;
  readonly staticVirtualNetworkIPAddress?: string;
}
