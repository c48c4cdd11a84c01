import fs from 'node:fs';
import path from 'node:path';
import type { HostedEntryPoint } from '../contracts/links.ts';
import type { ProcessName } from '../contracts/process-names.ts';
import type { RoleEnvironmentDocument } from '../contracts/role-environment.ts';
import type { RoleModel, TaskModel } from '../contracts/role-model.ts';
import type { VmDocument } from '../contracts/vm-document.ts';
import { readRoleEnvironment } from '../model/role-environment/read-role-environment.ts';
import { resolveVariables } from '../model/role-environment/resolve-variables.ts';
import { readRoleModel } from '../model/role-model/read-role-model.ts';
import type { DriveLayout, Place } from '../sandbox/drive-layout.ts';
import { toHostPath } from '../sandbox/drive-path.ts';
import { overlayVariables, roleEnvironmentVariables } from '../sandbox/role-environment-variables.ts';
import type { StartupTask } from './startup-task.machine.ts';

/** Everything a start of the role needs, read anew from the drives at each start. */
export interface Role {
  readonly tasks: readonly StartupTask[];
  readonly host: ProcessName;
  /** With whose rights it runs. */
  readonly hostContext: TaskModel['executionContext'];
  readonly entryPoint: HostedEntryPoint;
  readonly hostEnvironment: Readonly<Record<string, string>>;
  readonly sdkVersion: string;
}

/**
 * Reads RoleModel.xml and the role environment from the drives, never from somebody's memory, and resolves every variable.
 *
 * @throws Error with one sentence: unreadable documents, a variable whose xpath cannot be evaluated, no entry point
 */
export function readRole(vm: VmDocument, layout: DriveLayout): Role {
  const model = readDrive(layout.roleModel, readRoleModel);
  const environment = readDrive(layout.roleEnvironment, readRoleEnvironment);
  const withOwn = (variables: TaskModel['environment'], executionContext: TaskModel['executionContext']) => {
    const systemRoot = process.platform === 'win32' ? { systemRoot: process.env['SystemRoot'] ?? '' } : {};
    const predefined = roleEnvironmentVariables(layout.vmRoot, vm, process.env['PATH'] ?? '', { executionContext, ...systemRoot });
    return overlayVariables(predefined, resolveVariables(variables, environment));
  };
  return {
    tasks: model.tasks.map((task, index) => ({
      index,
      model: task,
      workingDirectory: path.win32.join(`${vm.roleDrive}:\\`, task.relativePath).replace(/\\$/, ''),
      environment: overlayVariables(pluginVariables(task, model, environment), listed(withOwn(task.environment, task.executionContext))),
    })),
    host: hostOf(vm),
    hostContext: model.runtime.executionContext,
    entryPoint: entryPointOf(vm, model, layout),
    hostEnvironment: withOwn(model.runtime.environment, model.runtime.executionContext),
    sdkVersion: model.version,
  };
}

/**
 * The settings of plug-ins, which startup tasks find as `@ConnectionString` and the like (AB 5.4). Two modules may have one of the same
 * name: a plug-in's task finds its own.
 */
function pluginVariables(task: TaskModel, { pluginSettings }: RoleModel, { currentInstance }: RoleEnvironmentDocument) {
  const module = task.environment.find(({ name }) => name === 'RdModuleName')?.value;
  const isOwn = (nameSpace: string) => module !== undefined && `.${nameSpace}`.toLowerCase().endsWith(`.${module}`.toLowerCase());
  const ordered = [...pluginSettings].sort((a, b) => Number(isOwn(a.nameSpace)) - Number(isOwn(b.nameSpace)));
  const variables = ordered.flatMap(({ name, nameSpace }) => {
    const setting = currentInstance.configurationSettings.find((one) => one.name === `${nameSpace}.${name}`);
    return setting === undefined ? [] : [{ name: `@${name}`, value: setting.value }];
  });
  return overlayVariables({}, variables);
}

function listed(variables: Readonly<Record<string, string>>): { readonly name: string; readonly value: string }[] {
  return Object.entries(variables).map(([name, value]) => ({ name, value }));
}

/** @throws Error that names the document as the guest does: the status is where a user looks first */
function readDrive<Document>({ drive, host }: Place, parse: (text: string) => Document): Document {
  try {
    return parse(fs.readFileSync(host, 'utf8'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(`${drive} cannot be read: ${code === 'ENOENT' ? 'it is not there.' : message}`);
  }
}

function hostOf(vm: VmDocument): ProcessName {
  const hosts: Record<VmDocument['roleKind'], ProcessName> = {
    WorkerRole: 'WaWorkerHost',
    IISWebRole: 'WaIISHost',
    HWCWebRole: 'WaWebHost',
  };
  return hosts[vm.roleKind];
}

function entryPointOf(vm: VmDocument, model: RoleModel, layout: DriveLayout): HostedEntryPoint {
  const { entryPoint } = model.runtime;
  const approot = `${vm.roleDrive}:\\approot`;
  if (entryPoint?.kind === 'ProgramEntryPoint') return { kind: 'ProgramEntryPoint', commandLine: entryPoint.commandLine, cwd: approot };
  // __entrypoint.txt names the DLL relative to approot (PL 4).
  if (fs.existsSync(layout.entryPoint.host)) {
    const name = fs.readFileSync(layout.entryPoint.host, 'utf8').trim();
    return { kind: 'NetFxEntryPoint', file: moduleOf(layout.vmRoot, `${approot}\\${name}`) };
  }
  throw new Error(
    `${vm.roleName} has no entry point: neither ${layout.entryPoint.drive} nor a ProgramEntryPoint in ${layout.roleModel.drive}.`,
  );
}

/** The module that stands as a DLL, as a host path: under its very name or with an extension of its own. */
function moduleOf(vmRoot: string, dll: string): string {
  const candidates = ['', '.js', '.cjs', '.mjs'].map((extension) => toHostPath(vmRoot, `${dll}${extension}`));
  return candidates.find((file) => fs.existsSync(file)) ?? toHostPath(vmRoot, dll);
}
