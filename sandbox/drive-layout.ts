import { join } from 'node:path';
import { UserError } from '../contracts/diagnostic.ts';
import type { VmDocument } from '../contracts/vm-document.ts';

/** A file or folder of the guest: as the guest names it, and where it lies on this machine. */
export interface Place {
  /** `C:\Logs\WaAppAgent.log`. */
  readonly drive: string;
  readonly host: string;
}

/** What the names on the drives are made of. */
export type DriveOwner = Pick<VmDocument, 'deploymentId' | 'roleName' | 'instanceId' | 'roleDrive' | 'configIncarnation'>;

export type DriveLayout = ReturnType<typeof driveLayout>;

/**
 * Where everything of a VM is (AB 6, 7.1; where sources differ, K8 and K13). On this machine the drives are the folders `C`, `D`
 * and `E` or `F` of the VM's own folder.
 *
 * @param vmRoot folder of the VM, absolute
 * @throws UserError RV3102 when a name of the service model could not be part of a file's name
 */
export function driveLayout(vmRoot: string, owner: DriveOwner) {
  const place = (letter: 'C' | 'D' | 'E' | 'F', ...names: readonly string[]): Place => ({
    drive: `${letter}:\\${names.join('\\')}`,
    host: join(vmRoot, letter, ...names),
  });
  const role = `${part(owner.deploymentId)}.${part(owner.roleName)}`;
  const configuration = `${owner.deploymentId}.${owner.deploymentId}.${part(owner.instanceId)}`;
  const storage = (name: string) => place('C', 'Resources', 'Directory', `${role}.${part(name)}`);
  const onRoleDrive = (...names: readonly string[]) => place(owner.roleDrive, ...names);

  return {
    vmRoot,
    /**
     * Host folder in which programs of this machine find the guest's tools by their bare names. It lies beside the drives: to Windows
     * `sc` is `sc.exe`, and no other file is on D: for it.
     */
    commands: join(vmRoot, 'commands'),
    ...localDrive(place),
    ...windowsDrive(place),

    /** `C:\Config\<dep>.<dep>.<inst>.<n>.xml`, n the incarnation of the configuration (K13). */
    configDocument: place('C', 'Config', `${configuration}.${owner.configIncarnation}.xml`),
    /** The document that xpaths look into and that the runtime endpoint names (AB 5.5). */
    roleEnvironment: place('C', 'Config', `${configuration}.RoleEnvironment.${owner.configIncarnation}.xml`),
    /** The directory of a LocalStorage element. */
    localStorage: storage,
    diagnosticStore: storage(diagnosticStoreName),
    /** Log of `WaWorkerHost`, `WaIISHost` or `WaWebHost`; of IISConfigurator too (K8). */
    hostLog: (host: string) => place('C', 'Resources', 'Directory', `${role}.${diagnosticStoreName}`, `${part(host)}.log`),
    roleTemp: place('C', 'Resources', 'temp', role, 'RoleTemp'),

    roleRoot: onRoleDrive(),
    approot: onRoleDrive('approot'),
    base: onRoleDrive('base', 'x64'),
    base32: onRoleDrive('base', 'x86'),
    roleModel: onRoleDrive('RoleModel.xml'),
    /** Names the DLL with the entry point, relative to approot (PL 4). */
    entryPoint: onRoleDrive('__entrypoint.txt'),
    /** Its access control lists, where Windows keeps what belongs to a drive as a whole (W). */
    roleDriveAcl: onRoleDrive(...aclPath),
  };
}

/** The one LocalStorage that every role has and no recycle empties (AB 6.1). */
export const diagnosticStoreName = 'DiagnosticStore';

const aclPath = ['System Volume Information', 'acl.json'];

type PlaceOn = (letter: 'C' | 'D', ...names: readonly string[]) => Place;

function localDrive(place: PlaceOn) {
  return {
    localDrive: place('C'),
    logs: place('C', 'Logs'),
    appAgentRuntimeLog: place('C', 'Logs', 'AppAgentRuntime.log'),
    waAppAgentLog: place('C', 'Logs', 'WaAppAgent.log'),
    /** What WaAppAgent tells of installing: the file that it writes to on VMs of its later days, in the folder of logs of these (I). */
    transparentInstallerLog: place('C', 'Logs', 'TransparentInstaller.log'),
    /** What startup tasks print: Azure keeps it only where the task redirects it (AB 5.7, 40), so these files are ours (I). */
    taskOutputs: place('C', 'Logs', 'StartupTasks'),
    /** stdout and stderr of one startup task, appended at each start. `index` is its place among the tasks, from 0. */
    taskOutput: (index: number, commandLine: string) => place('C', 'Logs', 'StartupTasks', `${index}-${programOf(commandLine)}.log`),
    serviceOutputs: place('C', 'Logs', 'Services'),
    /** stdout and stderr of a registered service, appended at each start (I). */
    serviceOutput: (name: string) => place('C', 'Logs', 'Services', `${harmless(name) || 'service'}.log`),
    /** stdout and stderr of a role host and of the program it plays (I). */
    hostOutput: (host: string) => place('C', 'Logs', `${part(host)}.out.log`),
    config: place('C', 'Config'),
    resources: place('C', 'Resources'),
    resourceDirectory: place('C', 'Resources', 'Directory'),
    bootstrapperLog: place('C', 'Resources', 'WaHostBootstrapper.log'),
    localDriveAcl: place('C', ...aclPath),
  };
}

function windowsDrive(place: PlaceOn) {
  return {
    windowsDrive: place('D'),
    windows: place('D', 'Windows'),
    system32: place('D', 'Windows', 'System32'),
    /** Its documents are the state of the machine that is not the role's: Windows keeps the registry there (W). */
    systemConfig: place('D', 'Windows', 'System32', 'config'),
    services: place('D', 'Windows', 'System32', 'config', 'services.json'),
    firewall: place('D', 'Windows', 'System32', 'config', 'firewall.json'),
    accounts: place('D', 'Windows', 'System32', 'config', 'accounts.json'),
    certificates: place('D', 'Windows', 'System32', 'config', 'certificates.json'),
    /** Certificate and key of one that is in a store, by its thumbprint. */
    certificateFile: (thumbprint: string, kind: 'cer' | 'pfx' | 'key' | 'password') =>
      place('D', 'Windows', 'System32', 'config', 'certificates', `${part(thumbprint)}.${kind}`),
    /** Tells programs of the VM how to reach it. */
    vmDoor: place('D', 'Windows', 'System32', 'config', 'vm-door.json'),
    /** TEMP of the machine, which services find. */
    windowsTemp: place('D', 'Windows', 'Temp'),
    eventLogs: place('D', 'Windows', 'System32', 'winevt', 'Logs'),
    httpErrorLogs: place('D', 'Windows', 'System32', 'LogFiles', 'HTTPERR'),
    programFiles: place('D', 'Program Files'),
    programFiles32: place('D', 'Program Files (x86)'),
    guestAgent: place('D', 'Packages', 'GuestAgent'),
    /** Each version has a folder of its own and stays when the next one comes: so it is on VMs of that time; only the place on D: is I. */
    guestAgentProgram: (version: string) =>
      place('D', 'Packages', 'GuestAgent', `GuestAgent_${part(version)}`, 'WindowsAzureGuestAgent.exe'),
    /** Which of them is installed (I). */
    guestAgentDocument: place('D', 'Packages', 'GuestAgent', 'GuestAgent.json'),
    plugins: place('D', 'Packages', 'Plugins'),
  };
}

/** Names come from the service model: none may lead to another folder or be a name that Windows refuses. */
function part(name: string): string {
  if (/^[^\p{Cc}<>:"|?*\\/]{1,200}$/u.test(name) && !/^\.*$|[. ]$/.test(name)) return name;
  throw new UserError(
    'RV3102',
    `"${name}" cannot be part of a file's name.`,
    'Use letters, digits, "-", "_" and "." in names of roles and LocalStorage.',
  );
}

/** The name of the program that a command line begins with, in harmless characters only. */
function programOf(commandLine: string): string {
  const program = /^\s*(?:"([^"]*)"?|(\S*))/.exec(commandLine);
  const name = (program?.[1] ?? program?.[2] ?? '').split(/[\\/]/).at(-1) ?? '';
  return harmless(name) || 'task';
}

function harmless(name: string): string {
  return name.replace(/[^\w.-]/g, '_').slice(0, 60);
}
