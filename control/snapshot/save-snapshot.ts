import { copyFileSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../contracts/diagnostic.ts';
import type { HostGoal } from '../../contracts/host-goal.ts';
import type { SavedVm, SnapshotManifest, TreeSize } from '../../contracts/snapshot.ts';
import { copyTree, measureTree } from '../../sandbox/copy-tree.ts';
import { vmDocumentFile } from '../../sandbox/vm-document.ts';
import { checkSpace } from './check-space.ts';
import { totalOf } from './list-snapshots.ts';
import { writeManifest } from './manifest.ts';
import { type Deployed, type DeployedVm, readDeployed, unfinished } from './read-deployed.ts';
import { removeAbandoned, removeQuietly, snapshotFolder, snapshotNames, snapshotsDirectory, unfinishedName } from './snapshot-place.ts';

export interface SaveOptions {
  readonly stateDirectory: string;
  /** Without it, the present time is its name. */
  readonly name?: string;
  readonly message?: string;
  /** Of rolevm. */
  readonly version: string;
  readonly saved: SnapshotManifest['saved'];
  /** The states that the instances are to be in after a restore; without it, the present ones. */
  readonly goals?: Readonly<Record<string, HostGoal>>;
  /** Called before and after the copy. @throws when the drives of a VM are not to be relied on */
  readonly check: () => Promise<void>;
  /** Hears what is going to be copied. */
  readonly measured: (size: TreeSize) => void;
}

/**
 * Saves all drives and the goal state of a deployment. Of one that runs this is what is on the drives at that moment, as after a power
 * loss of the VMs: nothing is stopped for it.
 *
 * It is made beside the others and gets its name when it is whole; what a killed one has left, the next one removes.
 *
 * @throws UserError RV4701, RV4703 as `readDeployed`, RV4702 when the name is taken, RV4704 without room, RV4711 when something on a drive
 *   cannot be read, RV6220 when the name is none
 */
export async function saveSnapshot(options: SaveOptions): Promise<SnapshotManifest> {
  const { stateDirectory, check } = options;
  const name = options.name ?? freeName(stateDirectory, new Date());
  const folder = snapshotFolder(stateDirectory, name);
  refuseTaken(stateDirectory, name);
  await check();
  const deployed = readDeployed(stateDirectory);
  removeAbandoned(stateDirectory);
  mkdirSync(snapshotsDirectory(stateDirectory), { recursive: true, mode: 0o700 });
  const drives = deployed.vms.flatMap((vm) => vm.letters.map((letter) => measureTree(join(vm.root, letter), leftOut(vm))));
  const size = totalOf(await Promise.all(drives));
  options.measured(size);
  await checkSpace(snapshotsDirectory(stateDirectory), size);
  const draft = join(snapshotsDirectory(stateDirectory), unfinishedName('saving'));
  try {
    const vms: SavedVm[] = [];
    for (const vm of deployed.vms) vms.push(await saveVm(vm, draft));
    await check();
    refuseChanged(deployed, readDeployed(stateDirectory));
    const manifest = manifestOf(options, name, deployed, vms);
    writeManifest(draft, manifest);
    renameSync(draft, folder);
    return manifest;
  } catch (error) {
    await removeQuietly(draft);
    throw taken(error) ? nameTaken(name) : error;
  }
}

/** What tells programs of a running VM how to reach it is nothing to them in another run. */
function leftOut({ root }: DeployedVm): readonly string[] {
  return [join(root, 'D', 'Windows', 'System32', 'config', 'vm-door.json')];
}

/** The document goes first: an event that comes after it is still to happen then. */
async function saveVm(vm: DeployedVm, draft: string): Promise<SavedVm> {
  const { instance, root, roleDrive, eventDone, letters } = vm;
  const folder = join(draft, 'vms', instance);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const drives: SavedVm['drives'][number][] = [];
  try {
    copyFileSync(vmDocumentFile(root), vmDocumentFile(folder));
    const except = leftOut(vm);
    for (const letter of letters)
      drives.push({ letter, ...(await copyTree(join(root, letter), join(folder, letter), { live: true, except })) });
  } catch (error) {
    const { code, path, message } = error as NodeJS.ErrnoException;
    if (!['EACCES', 'EPERM', 'ENOSPC', 'EIO'].includes(code ?? '')) throw error;
    throw new UserError('RV4711', `${instance} cannot be saved: ${path ?? message} (${code})`, 'mend that and save again');
  }
  return { instance, roleDrive, eventDone, drives };
}

function manifestOf(options: SaveOptions, name: string, { deployment }: Deployed, vms: readonly SavedVm[]): SnapshotManifest {
  const goals = options.goals ?? deployment.goals;
  return {
    formatVersion: 1,
    name,
    version: options.version,
    createdAt: new Date().toISOString(),
    ...(options.message === undefined ? {} : { message: options.message }),
    saved: options.saved,
    deployment: { ...deployment, ...(goals === undefined ? {} : { goals }) },
    vms,
  };
}

function refuseChanged(before: Deployed, after: Deployed): void {
  if (before.deployment.id !== after.deployment.id) throw unfinished('another service was deployed meanwhile');
  for (const vm of before.vms) {
    const now = after.vms.find(({ instance }) => instance === vm.instance);
    if (now?.eventDone !== vm.eventDone || now.roleDrive !== vm.roleDrive)
      throw unfinished(`an event has happened to ${vm.instance} meanwhile`);
  }
}

/** On a file system that does not tell them apart, names that differ in case are one. */
function refuseTaken(stateDirectory: string, name: string): void {
  if (snapshotNames(stateDirectory).some((other) => other.toLowerCase() === name.toLowerCase())) throw nameTaken(name);
}

function taken(error: unknown): boolean {
  const { code, syscall } = error as NodeJS.ErrnoException;
  return syscall === 'rename' && ['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(code ?? '');
}

function nameTaken(name: string): UserError {
  return new UserError('RV4702', `there is a snapshot ${name} already`, `choose another name, or rolevm snapshot delete ${name} first`);
}

/** `2026-11-21T134512Z`; with a number behind it when there is one of that second. */
function freeName(stateDirectory: string, now: Date): string {
  const stamp = `${now.toISOString().slice(0, 19).replaceAll(':', '')}Z`;
  const names = snapshotNames(stateDirectory);
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? stamp : `${stamp}-${number}`;
    if (!names.includes(name)) return name;
  }
}
