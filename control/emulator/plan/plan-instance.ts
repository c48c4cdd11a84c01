import fs from 'node:fs';
import type { InstancePlan } from '../../../contracts/event-plan.ts';
import type { VmEventName } from '../../../contracts/events.ts';
import type { VmDocument } from '../../../contracts/vm-document.ts';
import { roleModelBytes } from '../../../model/package/packaged-role.ts';
import type { RolePackage } from '../../../model/package/service-package.ts';
import { readRoleModel } from '../../../model/role-model/read-role-model.ts';
import { type EventFate, eventFates, roleDriveAfter } from '../../../sandbox/drive-fate.ts';
import { type DriveLayout, driveLayout } from '../../../sandbox/drive-layout.ts';
import { emptiedAtStart } from '../../../sandbox/local-storage.ts';
import { patchedContents } from '../patch-record.ts';
import { laidFiles } from './laid-files.ts';
import { planDrive } from './plan-drive.ts';

/**
 * What an event would do to one instance as it is now, by AB 6.1.
 *
 * @param vmRoot folder of the VM
 * @param role what the present package has for it; what another package brings in an upgrade nobody knows yet
 * @throws UserError RV1426, RV1433 when the package cannot be read
 */
export async function planInstance(event: VmEventName, vm: VmDocument, vmRoot: string, role: RolePackage): Promise<InstancePlan> {
  const fate = eventFates[event];
  const layout = driveLayout(vmRoot, vm);
  const laid = await laidFiles(vm, layout, role);
  const shared = {
    vmRoot,
    emptied: fate.startsRole ? emptiedAtStart(layout, vm.localStorage).map(({ drive }) => drive) : [],
    platform: writtenByPlatform(layout),
    patched: patchedContents(vmRoot),
  };
  const letterAfter = roleDriveAfter(event, vm.roleDrive);
  const comesAs = letterAfter === vm.roleDrive ? undefined : letterAfter;
  const drives = [
    await planDrive({ ...shared, letter: 'C', fate: fate.C, comesAs: undefined, laid: laid.C }),
    await planDrive({ ...shared, letter: 'D', fate: fate.D, comesAs: undefined, laid: laid.D }),
    await planDrive({ ...shared, letter: vm.roleDrive, fate: fate.roleDrive, comesAs, laid: laid.roleDrive }),
  ];
  const { shutdown, boot } = fate.systemEvents;
  return {
    instance: vm.instanceId,
    drives,
    restartsVm: fate.windows !== 'stays on',
    newVm: fate.windows === 'is that of a new VM',
    orderly: fate.stop === 'orderly',
    tasks: fate.startsRole ? tasksOf(fate, layout, role) : [],
    eventIds: [...shutdown, ...boot],
    lostEventIds: fate.D === 'rebuilt' ? shutdown : [],
  };
}

function writtenByPlatform(layout: DriveLayout): readonly string[] {
  const folders = [layout.logs, layout.config, layout.eventLogs, layout.httpErrorLogs];
  return [...folders.map(({ drive }) => `${drive}\\`), layout.bootstrapperLog.drive, `${layout.guestAgent.drive}\\GuestAgent`];
}

/** A bootstrapper takes its tasks from the drive, where RoleModel.xml may have been patched; a drive made anew has the package's. */
function tasksOf({ roleDrive }: EventFate, layout: DriveLayout, role: RolePackage): readonly string[] {
  const model = (roleDrive === 'preserved' ? modelOnDrive(layout.roleModel.host) : undefined) ?? role.model;
  return model.tasks.map(({ commandLine }) => commandLine);
}

function modelOnDrive(file: string): RolePackage['model'] | undefined {
  try {
    return fs.statSync(file).size > roleModelBytes ? undefined : readRoleModel(fs.readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
