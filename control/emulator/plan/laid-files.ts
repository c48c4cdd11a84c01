import fs from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type LaidProgram, laidPrograms } from '../../../agents/host-agent/create-vm.ts';
import type { VmDocument } from '../../../contracts/vm-document.ts';
import type { FileContent, RolePackage } from '../../../model/package/service-package.ts';
import type { DriveLayout } from '../../../sandbox/drive-layout.ts';
import { configuredFiles } from './configured-files.ts';

/** Files that are laid on a drive when it is made anew, by `keyOf` their path. */
export type LaidFiles = ReadonlyMap<string, LaidFile>;

export interface LaidFile {
  /** Below the drive, with forward slashes. */
  readonly path: string;
  /** Without it the file is written anew from what the host hands to the guest. */
  readonly content?: FileContent;
  /** The guest agent writes it before each start of the role, so that its coming back is no news. */
  readonly byAgent?: boolean;
}

/** Names as Windows tells them apart. @param below path below the drive, with slashes of this machine */
export function keyOf(below: string): string {
  return below.split(path.sep).join('/').normalize('NFC').toLowerCase();
}

/** What a drive made anew begins with: C: the guest's configuration, D: the agents and tools, the role's drive the package with base\ (AB 6). */
export async function laidFiles(vm: VmDocument, layout: DriveLayout, role: RolePackage) {
  const programs = laidPrograms(vm, layout);
  const configured = configuredFiles(vm, layout);
  return {
    C: [written(layout, 'C', [layout.configDocument.host, layout.roleEnvironment.host]), byKey(configured.C)],
    D: [
      copied(layout, 'D', programs.D),
      imaged(vm),
      written(layout, 'D', [layout.vmDoor.host, layout.guestAgentDocument.host]),
      byKey(configured.D),
    ],
    roleDrive: [copied(layout, vm.roleDrive, programs.roleDrive), await packaged(role), byKey(configured.roleDrive)],
  } satisfies Record<string, readonly LaidFiles[]>;
}

/** What a VM role's image has. Links in it are copied as links, and are no files. */
function imaged({ image }: VmDocument): LaidFiles {
  if (image === undefined) return new Map();
  const entries = fs.readdirSync(image, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return byKey(
    entries.map((entry): LaidFile => {
      const hostPath = path.join(entry.parentPath, entry.name);
      const { mode } = fs.statSync(hostPath);
      return { path: path.relative(image, hostPath), content: { kind: 'hostFile', hostPath, mode } };
    }),
  );
}

function written({ vmRoot }: DriveLayout, letter: string, files: readonly string[]): LaidFiles {
  return byKey(files.map((file) => ({ path: path.relative(path.join(vmRoot, letter), file) })));
}

function copied({ vmRoot }: DriveLayout, letter: string, programs: readonly LaidProgram[]): LaidFiles {
  return byKey(
    programs.map(({ source, target }) => ({
      path: path.relative(path.join(vmRoot, letter), target),
      content: { kind: 'hostFile', hostPath: source, mode: 0o755 },
    })),
  );
}

function byKey(files: readonly LaidFile[]): LaidFiles {
  return new Map(files.map((file) => [keyOf(file.path), file]));
}

const packages = new WeakMap<RolePackage, LaidFiles>();
/** A package may have 100,000 files: after so many others in this process get a turn. */
const filesInATurn = 5_000;

async function packaged(role: RolePackage): Promise<LaidFiles> {
  const known = packages.get(role);
  if (known !== undefined) return known;
  const files = new Map<string, LaidFile>();
  for (const { path: file, content } of role.files) {
    files.set(keyOf(file), { path: file, content });
    if (files.size % filesInATurn === 0) await setImmediate();
  }
  packages.set(role, files);
  return files;
}
