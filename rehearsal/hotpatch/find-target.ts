import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { InstanceEntry, PsEntry, StatusDocument } from '../../contracts/control-api.ts';
import { UserError } from '../../contracts/diagnostic.ts';
import type { HotpatchFile } from '../../contracts/hotpatch-report.ts';
import type { TaskModel } from '../../contracts/role-model.ts';
import type { Timings } from '../../contracts/timings.ts';
import { type DrivesOfInstance, findDestination } from '../../control/emulator/find-destination.ts';
import { type ProcessIdentity, processIdentity } from '../../kernel/process-table/index.ts';
import { readRoleModel } from '../../model/role-model/read-role-model.ts';
import { type DriveLayout, driveLayout } from '../../sandbox/drive-layout.ts';
import { toDrivePath } from '../../sandbox/drive-path.ts';
import { readVmDocument } from '../../sandbox/vm-document.ts';
import { roleHosts } from './role-start.ts';

export interface TargetRequest {
  /** Absolute host path of the fix. */
  readonly source: string;
  /** Drive path; without it the place is found by the file's name, as `rolevm patch` finds it. */
  readonly destination?: string;
  readonly role?: string;
  readonly instance?: string;
}

/** A process of the instance as it is before the procedure. */
export interface TargetProcess extends ProcessIdentity {
  readonly name: string;
}

/** One instance with the file that is to be patched in it. */
export interface HotpatchTarget extends DrivesOfInstance {
  readonly role: string;
  readonly layout: DriveLayout;
  /** Of its processes. */
  readonly timings: Timings;
  readonly file: HotpatchFile;
  /** In the order of the role model. */
  readonly tasks: readonly TaskModel[];
  readonly bootstrapper: TargetProcess;
  readonly host: TargetProcess;
}

/** Folder of C: into which the fix is copied first. */
const stagingFolder = 'C:\\HotPatch';

/**
 * What is patched where: in the instance that is named, else in the first one, of the role that is named, in which the file belongs.
 *
 * @throws UserError RV6501 when the instance is not Ready, RV6502 when there is none of that name, RV6503 when a debugger is at it already,
 *   RV4302 or RV4304 when the file belongs nowhere or in several places
 */
export function findTarget(request: TargetRequest, status: StatusDocument, processes: readonly PsEntry[]): HotpatchTarget {
  const [first, ...others] = chosen(request, status.instances);
  if (first === undefined) throw noInstance(request, status.instances);
  const place = [first, ...others].map((entry) => placeIn(entry, request)).find((found) => found !== undefined);
  if (place === undefined) throw belongsNowhere(request, first);
  const { entry, drives, hostPath } = place;
  refuseUnfit(entry);
  const { vmRoot } = drives;
  const vm = readVmDocument(vmRoot);
  const layout = driveLayout(vmRoot, vm);
  const drivePath = toDrivePath(vmRoot, hostPath) ?? hostPath;
  return {
    ...drives,
    role: entry.role,
    layout,
    timings: vm.timings,
    file: {
      source: request.source,
      sha256: hashOf(request.source),
      drivePath,
      staged: `${stagingFolder}\\${basename(request.source)}`,
      ...(existsSync(hostPath) ? { before: hashOf(hostPath) } : {}),
      held: (entry.loaded ?? []).some(({ file }) => file.toLowerCase() === drivePath.toLowerCase()),
    },
    tasks: readRoleModel(readFileSync(layout.roleModel.host, 'utf8')).tasks,
    bootstrapper: processNamed(['WaHostBootstrapper'], entry, processes),
    host: processNamed(roleHosts, entry, processes),
  };
}

/** sha256 of a file's content. */
export function hashOf(hostPath: string): string {
  return createHash('sha256').update(readFileSync(hostPath)).digest('hex');
}

/** The drives of an instance lie beside each other; the application drive is E: or F:. */
function drivesOf({ name, drives }: Pick<InstanceEntry, 'name' | 'drives'>): DrivesOfInstance {
  return { instance: name, vmRoot: dirname(drives.C), roleDrive: drives.F === undefined ? 'E' : 'F' };
}

function chosen({ role, instance }: TargetRequest, instances: readonly InstanceEntry[]): readonly InstanceEntry[] {
  const is = (wanted: string | undefined, name: string) => wanted === undefined || wanted.toLowerCase() === name.toLowerCase();
  return instances.filter((entry) => is(role, entry.role) && is(instance, entry.name));
}

function placeIn(entry: InstanceEntry, { source, destination }: TargetRequest) {
  const drives = drivesOf(entry);
  if (!existsSync(join(drives.vmRoot, drives.roleDrive, 'approot'))) throw notReady(entry);
  const hostPath = findDestination({ source, ...(destination === undefined ? {} : { destination }) }, drives);
  return hostPath === undefined ? undefined : { entry, drives, hostPath };
}

function refuseUnfit({ name, state, debugged = [] }: InstanceEntry): void {
  if (state !== 'ReadyRole') throw notReady({ name, state });
  const [first] = debugged;
  if (first === undefined) return;
  throw new UserError('RV6503', `${first.name} (${first.pid}) of ${name} is ${first.state}`, 'let it go first: rolevm debug detach');
}

function notReady({ name, state }: Pick<InstanceEntry, 'name' | 'state'>): UserError {
  return new UserError('RV6501', `${name} is ${state}, not Ready`, 'wait with rolevm wait Ready, look at rolevm logs');
}

function processNamed(names: readonly string[], { name: instance }: InstanceEntry, processes: readonly PsEntry[]): TargetProcess {
  const row = processes.find((process) => process.instance === instance && names.includes(process.name));
  const identity = row === undefined ? undefined : processIdentity(row.pid);
  if (row !== undefined && identity !== undefined) return { ...identity, name: row.name };
  throw new UserError('RV6501', `${instance} has no ${names.join(' or ')} just now`, 'wait with rolevm wait Ready, look at rolevm ps');
}

function noInstance({ role, instance }: TargetRequest, instances: readonly InstanceEntry[]): UserError {
  const wanted =
    instance === undefined ? `instance of a role ${role ?? ''}` : `instance ${instance}${role === undefined ? '' : ` of ${role}`}`;
  const known = instances.map(({ name }) => name).join(', ');
  return new UserError('RV6502', `there is no ${wanted}`.trimEnd(), `the instances are ${known || 'none'}`);
}

function belongsNowhere({ source }: TargetRequest, { name }: InstanceEntry): UserError {
  const file = basename(source);
  return new UserError(
    'RV4302',
    `${name} has no file ${file} below approot`,
    `name the place, for example --destination 'E:\\approot\\${file}'`,
  );
}
