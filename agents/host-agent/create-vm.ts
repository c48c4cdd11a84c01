import fs from 'node:fs';
import path from 'node:path';
import type { ProcessName } from '../../contracts/process-names.ts';
import type { VmDocument } from '../../contracts/vm-document.ts';
import { bundleName } from '../../kernel/process-spec.ts';
import { createDrives, rebuildDrive, settleDrive } from '../../sandbox/create-drives.ts';
import type { DriveLayout } from '../../sandbox/drive-layout.ts';
import { writeVmDocument } from '../../sandbox/vm-document.ts';

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

/** What is laid on the drives beside the image and the package: the programs of Azure's own. */
export function laidPrograms({ bundlesDirectory }: Pick<VmDocument, 'bundlesDirectory'>, layout: DriveLayout) {
  const laid = (names: readonly ProcessName[], folder: string): readonly LaidProgram[] =>
    names.map((name) => ({ source: path.join(bundlesDirectory, bundleName(name)), target: path.join(folder, `${name}.exe`) }));
  return { D: laid(onWindowsDrive, layout.guestAgent.host), roleDrive: laid(onRoleDrive, layout.base.host) };
}

/** Makes the drives of a VM and writes what the host hands to the guest (AB 6). */
export async function createVm({ vm, layout, rebuild, fillRoleDrive }: VmPlan): Promise<void> {
  if (rebuild.windows) await rebuildDrive(layout.vmRoot, 'D', async () => {});
  await createDrives(layout);
  const programs = laidPrograms(vm, layout);
  copyPrograms(programs.D);
  await settleDrive(layout.vmRoot, vm.roleDrive);
  if (rebuild.role || !fs.existsSync(layout.roleRoot.host)) await rebuildDrive(layout.vmRoot, vm.roleDrive, fillRoleDrive);
  copyPrograms(programs.roleDrive);
  writeVmDocument(layout.vmRoot, vm);
}

function copyPrograms(programs: readonly LaidProgram[]): void {
  for (const { source, target } of programs) {
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.copyFileSync(source, target, fs.constants.COPYFILE_FICLONE);
  }
}
