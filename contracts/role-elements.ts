import type { ExecutionContext, TaskType } from './role-model.ts';
import type { FromSource } from './source-place.ts';

/** The elements of which roles and plug-in modules consist (SM 4). Attributes keep Azure's names. */

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
