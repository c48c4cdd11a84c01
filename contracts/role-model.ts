/**
 * What a bootstrapper needs to know of its role: the content of `%RoleRoot%\RoleModel.xml` (PL 3).
 * The package's writer and the VM's reader share these types.
 */
export interface RoleModel {
  readonly name: string;
  /** SDK version that packed the role. */
  readonly version: string;
  /** In the order in which they run: plug-ins by priority, then the role's own (SM 6). */
  readonly tasks: readonly TaskModel[];
  readonly runtime: RuntimeModel;
  readonly sites: readonly SiteModel[];
  readonly properties: Readonly<Record<string, string>>;
  /** Plug-in settings as RoleModel.xml lists them. */
  readonly pluginSettings: readonly { readonly name: string; readonly nameSpace: string }[];
}

export type ExecutionContext = 'limited' | 'elevated';
export type TaskType = 'simple' | 'foreground' | 'background';

export interface TaskModel {
  readonly commandLine: string;
  readonly executionContext: ExecutionContext;
  readonly taskType: TaskType;
  /** Below %RoleRoot%: `approot\bin`, `approot\`, `plugins\<Module>`. */
  readonly relativePath: string;
  readonly environment: readonly VariableModel[];
}

/** A variable with its value, or with an xpath into the role environment document; neither means an empty value. */
export interface VariableModel {
  readonly name: string;
  readonly value?: string;
  readonly xpath?: string;
}

export interface RuntimeModel {
  readonly executionContext: ExecutionContext;
  readonly environment: readonly VariableModel[];
  readonly entryPoint?: EntryPointModel;
}

export type EntryPointModel =
  | { readonly kind: 'NetFxEntryPoint'; readonly assemblyName: string; readonly targetFrameworkVersion?: string }
  | { readonly kind: 'ProgramEntryPoint'; readonly commandLine: string; readonly setReadyOnProcessStart: boolean };

export interface SiteModel {
  readonly name: string;
  readonly physicalDirectory: string;
  readonly bindings: readonly { readonly name: string; readonly endpointName: string; readonly hostHeader?: string }[];
}

/** Which host plays the role: PL 2.2, `parameters` of the service definition's software element. */
export type RoleKind = 'WorkerRole' | 'IISWebRole' | 'HWCWebRole';
