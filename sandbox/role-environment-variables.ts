import { delimiter, sep } from 'node:path';
import type { VmDocument } from '../contracts/vm-document.ts';
import { roleUser } from './accounts/role-user.ts';
import { type DriveLayout, driveLayout } from './drive-layout.ts';
import { machineEnvironment } from './machine-environment.ts';

export interface VariableOptions {
  /** Address of the runtime endpoint, when the process is to have one. */
  readonly runtimeEndpoint?: string;
  /** SYSTEM runs what is elevated, the role's own user the rest (AB 1.1). */
  readonly executionContext?: 'limited' | 'elevated';
  /** As of `machineEnvironment`. */
  readonly systemRoot?: string;
}

/**
 * The variables that startup tasks, the role host and the role's program find (AB 5.4, PL 9): these and nothing of the emulator's
 * own but the PATH. Paths are host paths, because the programs are programs of this machine.
 *
 * RoleDeploymentID and RoleInstanceID also mark the processes of the role's job.
 *
 * @param hostPath the PATH of this machine, on which the programs are found
 */
export function roleEnvironmentVariables(
  vmRoot: string,
  vm: VmDocument,
  hostPath: string,
  { runtimeEndpoint, executionContext = 'limited', systemRoot }: VariableOptions = {},
): Record<string, string> {
  const layout = driveLayout(vmRoot, vm);
  const machine = machineEnvironment(layout, vm, hostPath, systemRoot);
  const predefined: Record<string, string> = {
    ...machine,
    ...roleVariables(vm, layout),
    ...(runtimeEndpoint === undefined ? {} : { WaRuntimeEndpoint: runtimeEndpoint }),
    TEMP: layout.roleTemp.host,
    TMP: layout.roleTemp.host,
    // The Path operations of RuntimeSetup.Manifest add to the end of the system's (PL 5, 9).
    PATH: [machine['PATH'], layout.base.host, layout.base32.host].join(delimiter),
    ...(executionContext === 'elevated' ? {} : { USERNAME: roleUser(vm).name }),
  };
  return overlayVariables(
    storageVariables(vm, layout),
    Object.entries(predefined).map(([name, value]) => ({ name, value })),
  );
}

/**
 * Variables with others laid over them as Windows does it: names are the same in any case, the spelling of the later one stays.
 * A name that no system takes (empty, with `=` or NUL) is left out.
 */
export function overlayVariables(
  below: Readonly<Record<string, string>>,
  above: readonly { readonly name: string; readonly value: string }[],
): Record<string, string> {
  const byName = new Map(Object.entries(below).map(([name, value]) => [name.toLowerCase(), { name, value }]));
  for (const variable of above) {
    if (variable.name !== '' && !/[=\0]/.test(variable.name)) byName.set(variable.name.toLowerCase(), variable);
  }
  return Object.fromEntries([...byName.values()].map(({ name, value }) => [name, value.replaceAll('\0', '')]));
}

function roleVariables(vm: VmDocument, layout: DriveLayout): Record<string, string> {
  return {
    // Without a separator at its end, unlike RdRoleRoot: `%RoleRoot%approot` is a known mistake (AB 5.7, 13).
    RoleRoot: layout.roleRoot.host,
    RdRoleRoot: layout.roleRoot.host + sep,
    RoleName: vm.roleName,
    RoleInstanceID: vm.instanceId,
    RoleDeploymentID: vm.deploymentId,
    RdRoleId: `${vm.deploymentId}.${vm.deploymentId}.${vm.instanceId}`,
    RdRoleConfigRootPath: layout.config.host,
    RdRoleResourcesRootPath: layout.resources.host,
    RdRoleLogRootPath: layout.logs.host,
    WaRoleType: vm.roleKind,
    WA_CONTAINER_SID: roleUser(vm).sid,
  };
}

/** One for each LocalStorage and DiagnosticStore, ending with a separator (PL 9). */
function storageVariables(vm: VmDocument, layout: DriveLayout): Record<string, string> {
  const named = vm.localStorage.map(({ name }) => ({ name, value: layout.localStorage(name).host + sep }));
  return overlayVariables({ DiagnosticStore: layout.diagnosticStore.host + sep }, named);
}
