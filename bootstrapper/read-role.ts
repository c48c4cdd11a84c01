import fs from 'node:fs';
import path from 'node:path';
import type { HostedEntryPoint } from '../contracts/links.ts';
import type { ProcessName } from '../contracts/process-names.ts';
import type { RoleModel, TaskModel } from '../contracts/role-model.ts';
import type { VmDocument } from '../contracts/vm-document.ts';
import { readRoleEnvironment } from '../model/role-environment/read-role-environment.ts';
import { resolveVariables } from '../model/role-environment/resolve-variables.ts';
import { readRoleModel } from '../model/role-model/read-role-model.ts';
import type { DriveLayout } from '../sandbox/drive-layout.ts';
import { toHostPath } from '../sandbox/drive-path.ts';
import { overlayVariables, roleEnvironmentVariables } from '../sandbox/role-environment-variables.ts';
import type { StartupTask } from './startup-task.machine.ts';

/** Everything a start of the role needs, read anew from the drives at each start. */
export interface Role {
  readonly tasks: readonly StartupTask[];
  readonly host: ProcessName;
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
  const model = readRoleModel(fs.readFileSync(layout.roleModel.host, 'utf8'));
  const environment = readRoleEnvironment(fs.readFileSync(layout.roleEnvironment.host, 'utf8'));
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
      environment: withOwn(task.environment, task.executionContext),
    })),
    host: hostOf(vm),
    entryPoint: entryPointOf(vm, model, layout),
    hostEnvironment: withOwn(model.runtime.environment, model.runtime.executionContext),
    sdkVersion: model.version,
  };
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
