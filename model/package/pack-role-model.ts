import type { EntryPointModel, RoleKind, RoleModel, SiteModel, TaskModel, VariableModel } from '../../contracts/role-model.ts';
import type { PluginModule, Task, Variable, WebRole, WorkerRole } from '../../contracts/service-model.ts';

/** The SDK whose RoleModel.xml is written here. */
const sdkVersion = '2.9.7499.7';

/**
 * RoleModel.xml as CSPack makes it from a definition and the modules that it imports (PL 3, SM 6).
 *
 * @param modules in the order of the Import elements
 * @param sites with their folders below %RoleRoot%
 */
export function packRoleModel(
  role: WebRole | WorkerRole,
  modules: readonly PluginModule[],
  entryPoint: EntryPointModel | undefined,
  sites: readonly SiteModel[],
): RoleModel {
  const runtimes = [...modules.map(({ runtime }) => runtime), role.runtime];
  return {
    name: role.name,
    version: sdkVersion,
    tasks: packTasks(role, modules),
    runtime: {
      // A module that needs its role elevated gets it (I).
      executionContext: runtimes.some((runtime) => runtime?.executionContext === 'elevated') ? 'elevated' : 'limited',
      // The role's own come last and win.
      environment: runtimes.flatMap((runtime) => (runtime?.environment ?? []).map(variableModel)),
      ...(entryPoint === undefined ? {} : { entryPoint }),
    },
    sites,
    properties: { TargetFrameworkVersion: 'v4.0', TargetRuntimeVersion: 'v4.0' },
    pluginSettings: modules.flatMap(({ namespace, settings }) => settings.map(({ name }) => ({ name, nameSpace: namespace }))),
  };
}

/** Groups by priority, ties in the order of the imports, the role's own last among equals (SM 6, rule 1). */
function packTasks(role: WebRole | WorkerRole, modules: readonly PluginModule[]): TaskModel[] {
  // The trailing backslash of a worker's is in every real package.
  const ownPath = role.kind === 'WebRole' ? 'approot\\bin' : 'approot\\';
  const groups = [
    ...modules.map(({ moduleName, startup }) => ({
      priority: startup?.priority ?? 0,
      tasks: (startup?.tasks ?? []).map((task) => taskModel(task, `plugins\\${moduleName}`, pluginVariables(moduleName, roleKind(role)))),
    })),
    { priority: role.startup?.priority ?? 0, tasks: (role.startup?.tasks ?? []).map((task) => taskModel(task, ownPath, [])) },
  ];
  return groups.sort((a, b) => a.priority - b.priority).flatMap(({ tasks }) => tasks);
}

function pluginVariables(moduleName: string, kind: RoleKind): VariableModel[] {
  return [
    { name: 'RdModuleName', value: moduleName },
    { name: 'WaRoleType', value: kind },
  ];
}

function roleKind(role: WebRole | WorkerRole): RoleKind {
  if (role.kind === 'WorkerRole') return 'WorkerRole';
  return role.hasSites ? 'IISWebRole' : 'HWCWebRole';
}

function taskModel(task: Task, relativePath: string, added: readonly VariableModel[]): TaskModel {
  const { commandLine, executionContext, taskType } = task;
  return { commandLine, executionContext, taskType, relativePath, environment: [...task.environment.map(variableModel), ...added] };
}

function variableModel({ name, value, roleInstanceValue }: Variable): VariableModel {
  if (roleInstanceValue !== undefined) return { name, xpath: roleInstanceValue.xpath };
  return value === undefined ? { name } : { name, value };
}

/** The file that tells a host its entry point (PL 4): a path below approot, or undefined when there is no such file. */
export function entryPointFile(role: WebRole | WorkerRole, entryPoint: EntryPointModel | undefined): string | undefined {
  if (entryPoint?.kind !== 'NetFxEntryPoint') return undefined;
  return role.kind === 'WebRole' ? `bin\\${entryPoint.assemblyName}` : entryPoint.assemblyName;
}
