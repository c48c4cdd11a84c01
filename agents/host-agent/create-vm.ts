import fs from 'node:fs';
import path from 'node:path';
import type { ProcessName } from '../../contracts/process-names.ts';
import type { VmDocument } from '../../contracts/vm-document.ts';
import { bundleName } from '../../kernel/process-spec.ts';
import { createDrives, rebuildDrive, settleDrive } from '../../sandbox/create-drives.ts';
import { leftDoor, removeDoor } from '../../sandbox/door/door-place.ts';
import type { DriveLayout } from '../../sandbox/drive-layout.ts';
import { layCommands } from '../../sandbox/tools/lay-commands.ts';
import { toolNames } from '../../sandbox/tools/tool-names.ts';
import { writeVmDocument } from '../../sandbox/vm-document.ts';
import { pluginPrograms } from './plugin-programs.ts';

export interface VmPlan {
  readonly vm: VmDocument;
  readonly layout: DriveLayout;
  /** Drives that are made anew; those that do not exist are made in any case. */
  readonly rebuild: { readonly windows: boolean; readonly role: boolean };
  /** Writes the content of the application drive into an empty folder. */
  readonly fillRoleDrive: (directory: string) => Promise<void>;
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

/** Makes the drives of a VM and writes what the host hands to the guest (AB 6). */
export async function createVm({ vm, layout, rebuild, fillRoleDrive }: VmPlan): Promise<void> {
  // Of a VM that lost its power. Its document goes with D:.
  const door = leftDoor(layout.vmDoor.host);
  if (door !== undefined) removeDoor(door);
  if (rebuild.windows) await rebuildDrive(layout.vmRoot, 'D', async () => {});
  await createDrives(layout);
  copyPrograms(laidPrograms(vm, layout).D);
  await settleDrive(layout.vmRoot, vm.roleDrive);
  if (rebuild.role || !fs.existsSync(layout.roleRoot.host)) await rebuildDrive(layout.vmRoot, vm.roleDrive, fillRoleDrive);
  copyPrograms(laidPrograms(vm, layout).roleDrive);
  await layCommands(layout, vm);
  writeVmDocument(layout.vmRoot, vm);
}

function copyPrograms(programs: readonly LaidProgram[]): void {
  for (const { source, target } of programs) {
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.copyFileSync(source, target, fs.constants.COPYFILE_FICLONE);
  }
}
