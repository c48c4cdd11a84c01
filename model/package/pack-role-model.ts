import type { EntryPointModel, RoleModel, SiteModel, TaskModel, VariableModel } from '../../contracts/role-model.ts';
import type { Task, Variable, WebRole, WorkerRole } from '../../contracts/service-model.ts';

/** The SDK whose RoleModel.xml is written here. */
const sdkVersion = '2.9.7499.7';

/**
 * RoleModel.xml as CSPack makes it from a definition (PL 3), without the tasks of imported modules.
 *
 * @param sites with their folders below %RoleRoot%
 */
export function packRoleModel(role: WebRole | WorkerRole, entryPoint: EntryPointModel | undefined, sites: readonly SiteModel[]): RoleModel {
  // The trailing backslash of a worker's is in every real package.
  const relativePath = role.kind === 'WebRole' ? 'approot\\bin' : 'approot\\';
  return {
    name: role.name,
    version: sdkVersion,
    tasks: (role.startup?.tasks ?? []).map((task) => taskModel(task, relativePath)),
    runtime: {
      executionContext: role.runtime?.executionContext ?? 'limited',
      environment: (role.runtime?.environment ?? []).map(variableModel),
      ...(entryPoint === undefined ? {} : { entryPoint }),
    },
    sites,
    properties: { TargetFrameworkVersion: 'v4.0', TargetRuntimeVersion: 'v4.0' },
    pluginSettings: [],
  };
}

function taskModel(task: Task, relativePath: string): TaskModel {
  const { commandLine, executionContext, taskType } = task;
  return { commandLine, executionContext, taskType, relativePath, environment: task.environment.map(variableModel) };
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
