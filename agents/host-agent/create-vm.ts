import fs from 'node:fs';
import path from 'node:path';
import type { NumberedEvent } from '../../contracts/host-goal.ts';
import type { ProcessName } from '../../contracts/process-names.ts';
import type { DriveLetter, VmDocument } from '../../contracts/vm-document.ts';
import { bundleName } from '../../kernel/process-spec.ts';
import { createDrives, rebuildDrive, removeDrive, settleDrive } from '../../sandbox/create-drives.ts';
import { leftDoor, removeDoor } from '../../sandbox/door/door-place.ts';
import { eventFates, roleDriveAfter } from '../../sandbox/drive-fate.ts';
import { type DriveLayout, driveLayout } from '../../sandbox/drive-layout.ts';
import { layCommands } from '../../sandbox/tools/lay-commands.ts';
import { toolNames } from '../../sandbox/tools/tool-names.ts';
import { formerVmDocument, writeVmDocument } from '../../sandbox/vm-document.ts';
import { pluginPrograms } from './plugin-programs.ts';

export interface VmPlan {
  /** As placed; the letter of its role drive and what has happened to it the folder of the VM knows. */
  readonly vm: VmDocument;
  /** Folder of the VM. */
  readonly vmRoot: string;
  /** Drives that are made anew before the first boot; those that do not exist are made in any case. */
  readonly rebuild: Rebuild;
  /** Writes the content of the application drive into an empty folder. */
  readonly fillRoleDrive: (directory: string) => Promise<void>;
}

export interface Rebuild {
  readonly windows: boolean;
  readonly role: boolean;
}

/** Programs that lie on D: of every VM, and those that travel in the package's base\x64 (AB 1.1). */
const onWindowsDrive: readonly ProcessName[] = ['WaAppAgent', 'WindowsAzureGuestAgent'];
const onRoleDrive: readonly ProcessName[] = ['WaHostBootstrapper', 'WaWorkerHost'];

export interface LaidProgram {
  /** Host paths. */
  readonly source: string;
  readonly target: string;
}

/** What is laid on the drives beside the image and the package: the programs of Azure's own. Those of plug-ins follow from the role's drive. */
export function laidPrograms(vm: Pick<VmDocument, 'bundlesDirectory'>, layout: DriveLayout) {
  const { bundlesDirectory } = vm;
  const laid = (names: readonly ProcessName[], folder: string): readonly LaidProgram[] =>
    names.map((name) => ({ source: path.join(bundlesDirectory, bundleName(name)), target: path.join(folder, `${name}.exe`) }));
  const tools = toolNames.map((name) => ({
    source: path.join(bundlesDirectory, `${name}.cjs`),
    target: path.join(layout.system32.host, `${name}.exe`),
  }));
  return {
    D: [...laid(onWindowsDrive, layout.guestAgent.host), ...tools],
    roleDrive: [...laid(onRoleDrive, layout.base.host), ...pluginPrograms(vm, layout)],
  };
}

export interface MadeDrives {
  /** As it was written for the guest. */
  readonly vm: VmDocument;
  /** Drives that were there and were made anew. */
  readonly rebuilt: readonly DriveLetter[];
}

/**
 * Makes the drives of a VM, as an event leaves them (AB 6.1), and writes what the host hands to the guest. The document goes last: after a
 * kill before that the event has still to happen, and everything is made once more.
 *
 * @param former the VM as it was before
 * @param event the one that is to happen, if any
 */
export async function createVm(plan: VmPlan, former: VmDocument, event: NumberedEvent | undefined): Promise<MadeDrives> {
  const { vmRoot, rebuild } = plan;
  const fate = event === undefined ? undefined : eventFates[event.name];
  const vm: VmDocument =
    event === undefined ? former : { ...former, roleDrive: roleDriveAfter(event.name, former.roleDrive), eventDone: event.n };
  const layout = driveLayout(vmRoot, vm);
  const there = (letter: DriveLetter) => fs.existsSync(path.join(vmRoot, letter));
  const rebuilt: DriveLetter[] = [];
  // Of a VM that lost its power. Its document goes with D:.
  const door = leftDoor(layout.vmDoor.host);
  if (door !== undefined) removeDoor(door);
  for (const [letter, anew] of [
    ['C', fate?.C === 'rebuilt'],
    ['D', fate?.D === 'rebuilt' || rebuild.windows],
  ] as const) {
    if (!anew) continue;
    if (there(letter)) rebuilt.push(letter);
    await rebuildDrive(vmRoot, letter, async () => {});
  }
  await createDrives(layout);
  copyPrograms(laidPrograms(vm, layout).D);
  await settleDrive(vmRoot, vm.roleDrive);
  if (!there(vm.roleDrive) || rebuild.role || (fate !== undefined && fate.roleDrive !== 'preserved')) {
    if (there(former.roleDrive)) rebuilt.push(vm.roleDrive);
    await rebuildDrive(vmRoot, vm.roleDrive, plan.fillRoleDrive);
  }
  copyPrograms(laidPrograms(vm, layout).roleDrive);
  await layCommands(layout, vm);
  writeVmDocument(vmRoot, vm);
  await removeDrive(vmRoot, vm.roleDrive === 'E' ? 'F' : 'E');
  return { vm, rebuilt };
}

/** The VM as its folder knows it, or as it is placed when there is none. */
export function formerVm({ vm, vmRoot }: VmPlan): VmDocument {
  const former = formerVmDocument(vmRoot, vm.deploymentId);
  return former === undefined ? vm : { ...vm, ...former };
}

function copyPrograms(programs: readonly LaidProgram[]): void {
  for (const { source, target } of programs) {
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.copyFileSync(source, target, fs.constants.COPYFILE_FICLONE);
  }
}
