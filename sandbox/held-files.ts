import { existsSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { VmDocument } from '../contracts/vm-document.ts';
import {
  ancestors,
  descendants,
  fullName,
  listProcesses,
  openFiles,
  type ProcessEntry,
  startedWith,
} from '../kernel/process-table/index.ts';

/** Something that a living process of the VM keeps from being removed. */
export interface HeldFile {
  /** Host path, without symbolic links. */
  readonly path: string;
  /** `node (4711)`. */
  readonly holder: string;
}

/**
 * What processes of a VM keep open below a folder: files, their program, their working directory. Windows refuses to remove those; other
 * systems do not, so that whoever removes something has to ask here first. Where the system does not tell (anything but Linux), none.
 *
 * Of the VM is what stands below the emulator, the parent of this process, and what was started with the variables of its role: services,
 * what has escaped from a job, a session of `rolevm rdp`. Programs of this machine's user are not: no editor keeps a role from starting.
 *
 * @param directory host path
 */
export function heldFiles(directory: string, vm: Pick<VmDocument, 'deploymentId' | 'instanceId'>): readonly HeldFile[] {
  const below = realPath(directory);
  if (below === undefined) return [];
  return processesOf(vm).flatMap((entry) => {
    // What was deleted while it was open is under another name, which nobody else has.
    const held = openFiles(entry.pid).filter((path) => path.startsWith(below + sep) && existsSync(path));
    if (held.length === 0) return [];
    const holder = `${fullName(entry)} (${entry.pid})`;
    return [...new Set(held)].map((path) => ({ path, holder }));
  });
}

/** What is held of an entry of a folder: itself, or something in it. @param held as `heldFiles` gives it for that folder */
export function heldIn(directory: string, name: string, held: readonly HeldFile[]): HeldFile | undefined {
  if (held.length === 0) return undefined;
  const path = join(realPath(directory) ?? directory, name);
  return held.find((file) => file.path === path || file.path.startsWith(path + sep));
}

function processesOf(vm: Pick<VmDocument, 'deploymentId' | 'instanceId'>): readonly ProcessEntry[] {
  const table = listProcesses();
  const own = new Set([process.pid, ...ancestors(process.pid, table)]);
  const emulator = process.ppid;
  const inTree = new Set(emulator > 1 ? descendants(emulator, table).map(({ pid }) => pid) : []);
  return table.filter(({ pid, state }) => {
    if (own.has(pid) || state === 'Z' || state === 'X') return false;
    return (
      inTree.has(pid) || (startedWith(pid, 'RoleInstanceID') === vm.instanceId && startedWith(pid, 'RoleDeploymentID') === vm.deploymentId)
    );
  });
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
