import fs from 'node:fs';
import path from 'node:path';
import { imageAgentVersion } from '../../contracts/agent-version.ts';
import type { NumberedEvent } from '../../contracts/host-goal.ts';
import type { ProcessName } from '../../contracts/process-names.ts';
import type { DriveLetter, VmDocument } from '../../contracts/vm-document.ts';
import { bundleName } from '../../kernel/process-spec.ts';
import { copyTree } from '../../sandbox/copy-tree.ts';
import { createDrives, rebuildDrive, removeDrive, settleDrive } from '../../sandbox/create-drives.ts';
import { leftDoor, removeDoor } from '../../sandbox/door/door-place.ts';
import { eventFates, roleDriveAfter } from '../../sandbox/drive-fate.ts';
import { type DriveLayout, driveLayout } from '../../sandbox/drive-layout.ts';
import { installedAgent } from '../../sandbox/installed-agent.ts';
import { layCommands } from '../../sandbox/tools/lay-commands.ts';
import { toolNames } from '../../sandbox/tools/tool-names.ts';
import { formerVmDocument, writeVmDocument } from '../../sandbox/vm-document.ts';
import { agentAfter, isUpdate } from './agent-versions.ts';
import { pluginPrograms } from './plugin-programs.ts';

export interface VmPlan {
  /** As placed; the letter of its role drive and what has happened to it the folder of the VM knows. */
  readonly vm: VmDocument;
  /** Folder of the VM. */
  readonly vmRoot: string;
  /** Writes the content of the application drive into an empty folder. */
  readonly fillRoleDrive: (directory: string) => Promise<void>;
}

/** Programs that travel in the package's base\x64 (AB 1.1). */
const onRoleDrive: readonly ProcessName[] = ['WaHostBootstrapper', 'WaWorkerHost'];

export interface LaidProgram {
  /** Host paths. */
  readonly source: string;
  readonly target: string;
}

/**
 * What is laid on the drives beside the image and the package: the programs of Azure's own. Those of plug-ins follow from the role's drive.
 *
 * @param agentVersion of the guest agent that is installed: the image's on a D: that is made anew
 */
export function laidPrograms(vm: Pick<VmDocument, 'bundlesDirectory' | 'image'>, layout: DriveLayout, agentVersion = imageAgentVersion) {
  const { bundlesDirectory } = vm;
  const laid = (names: readonly ProcessName[], folder: string): readonly LaidProgram[] =>
    names.map((name) => ({ source: path.join(bundlesDirectory, bundleName(name)), target: path.join(folder, `${name}.exe`) }));
  const tools = toolNames.map((name) => ({
    source: path.join(bundlesDirectory, `${name}.cjs`),
    target: path.join(layout.system32.host, `${name}.exe`),
  }));
  return {
    D: [
      ...laid(['WaAppAgent'], layout.guestAgent.host),
      ...laid(['WindowsAzureGuestAgent'], path.dirname(layout.guestAgentProgram(agentVersion).host)),
      ...tools,
    ],
    // A VM role has no host, and nobody who would start a plug-in.
    roleDrive: vm.image === undefined ? [...laid(onRoleDrive, layout.base.host), ...pluginPrograms(vm, layout)] : [],
  };
}

export interface MadeDrives {
  /** As it was written for the guest. */
  readonly vm: VmDocument;
  /** Drives that were there and were made anew. */
  readonly rebuilt: readonly DriveLetter[];
}

/**
 * Makes the drives of a VM, as events leave them (AB 6.1), and writes what the host hands to the guest. The document goes last: after a
 * kill before that the events have still to happen, and everything is made once more.
 *
 * @param former the VM as it was before
 * @param events those that are to happen, oldest first
 */
export async function createVm(plan: VmPlan, former: VmDocument, events: readonly NumberedEvent[]): Promise<MadeDrives> {
  const { vmRoot } = plan;
  const vm: VmDocument = {
    ...former,
    roleDrive: events.reduce((letter, { name }) => roleDriveAfter(name, letter), former.roleDrive),
    eventDone: events.at(-1)?.n ?? former.eventDone,
    agentVersion: agentAfter(former.agentVersion, events),
  };
  if (events.length > 0 && events.every(isUpdate)) {
    // WaAppAgent has done all of it, and the programs that would be laid run.
    writeVmDocument(vmRoot, vm);
    return { vm, rebuilt: [] };
  }
  const anew = (drive: 'C' | 'D' | 'roleDrive') => events.some(({ name }) => eventFates[name][drive] !== 'preserved');
  const layout = driveLayout(vmRoot, vm);
  const there = (letter: DriveLetter) => fs.existsSync(path.join(vmRoot, letter));
  const rebuilt: DriveLetter[] = [];
  for (const letter of ['C', 'D', 'E', 'F'] as const) await settleDrive(vmRoot, letter);
  // Of a VM that lost its power. Its document goes with D:.
  const door = leftDoor(layout.vmDoor.host);
  if (door !== undefined) removeDoor(door);
  for (const letter of ['C', 'D'] as const) {
    // An image is what D: of its VM begins with.
    const image = letter === 'D' ? vm.image : undefined;
    if (!anew(letter) && (image === undefined || there(letter))) continue;
    if (there(letter)) rebuilt.push(letter);
    await rebuildDrive(vmRoot, letter, async (directory) => {
      if (image !== undefined) await copyTree(image, directory, { live: false });
    });
  }
  await createDrives(layout);
  // They are all of this build, whatever version the installed one is called.
  copyPrograms(laidPrograms(vm, layout, installedAgent(layout)).D);
  if (!there(vm.roleDrive) || anew('roleDrive')) {
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
