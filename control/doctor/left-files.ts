import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { processIdentity } from '../../kernel/process-table/index.ts';
import { goneName } from '../../sandbox/delete-behind.ts';
import { leftDoor } from '../../sandbox/door/door-place.ts';
import { unfinishedSuffix } from '../emulator/patch-file.ts';
import { deadLock } from '../owner-lock.ts';
import { restoredFolder } from '../snapshot/finish-restore.ts';
import { abandonedSnapshots } from '../snapshot/snapshot-place.ts';
import { readStateFile, runningState, stateFileName } from '../state-file.ts';
import { type StoredVm, storedVms } from '../stored-vms.ts';
import type { Leftover } from './leftover.ts';

/** What an emulator that ended without a chance to clean up has left in its state directory. To be asked only while none runs there. */
export function leftFiles(stateDirectory: string): readonly Leftover[] {
  const vms = storedVms(stateDirectory);
  return [
    ...leftLock(stateDirectory),
    ...leftStateFile(stateDirectory),
    ...vms.flatMap(leftDrives),
    ...vms.flatMap(leftDoors),
    ...[
      stateDirectory,
      join(stateDirectory, 'vms'),
      ...vms.flatMap(({ root }) => [root, join(root, 'C', 'Config'), systemConfig(root), join(root, 'D', 'Packages', 'GuestAgent')]),
    ].flatMap(unfinishedDocuments),
    ...vms.flatMap(unfinishedPatches),
    ...leftSnapshots(stateDirectory),
  ];
}

/** What was being saved or deleted goes; a restore that had begun is brought to its end. */
function leftSnapshots(stateDirectory: string): readonly Leftover[] {
  const restored = restoredFolder(stateDirectory);
  return [
    ...abandonedSnapshots(stateDirectory).map(
      (path): Leftover => ({ kind: 'snapshot', path, text: `${basename(path)} is of a snapshot that was not finished` }),
    ),
    ...(existsSync(restored) ? [{ kind: 'restore', path: restored, text: 'a restore of a snapshot was not finished' } as const] : []),
  ];
}

function leftLock(stateDirectory: string): readonly Leftover[] {
  const path = deadLock(stateDirectory);
  return path === undefined ? [] : [{ kind: 'lock', path, text: `${basename(path)} names an owner that is gone` }];
}

function leftStateFile(stateDirectory: string): readonly Leftover[] {
  const path = join(stateDirectory, stateFileName);
  if (!existsSync(path) || runningState(stateDirectory) !== undefined) return [];
  const pid = readStateFile(stateDirectory)?.pid;
  return [
    {
      kind: 'stateFile',
      path,
      text: `${stateFileName} ${pid === undefined ? 'cannot be read' : `names an emulator (${pid}) that is gone`}`,
    },
  ];
}

/** A drive that was being made anew, the one that it was to replace, and those that were being deleted. */
function leftDrives({ instance, root }: StoredVm): readonly Leftover[] {
  const left = (name: string, what: string): Leftover => ({
    kind: 'drive',
    path: join(root, name),
    text: `${instance} has ${name}, ${what}`,
  });
  return names(root).flatMap((name) => {
    if (goneName.test(name)) return [left(name, 'a former drive that was being deleted')];
    return /^[C-F]\.(new|old)-\d+$/.test(name) ? [left(name, 'a drive that was being made anew')] : [];
  });
}

/** The socket of a VM that could not close it. */
function leftDoors({ instance, root }: StoredVm): readonly Leftover[] {
  const path = leftDoor(join(systemConfig(root), 'vm-door.json'));
  return path === undefined ? [] : [{ kind: 'door', path, text: `${instance} has left the socket on which its programs reach it` }];
}

function systemConfig(root: string): string {
  return join(root, 'D', 'Windows', 'System32', 'config');
}

/** Drafts of documents and of locks, whose writer is gone. */
function unfinishedDocuments(folder: string): readonly Leftover[] {
  return names(folder).flatMap((name) => {
    const writer = /^\..+\.(\d+)\.tmp$|^owner\.(\d+)-\d+\.draft$/.exec(name);
    if (writer === null || processIdentity(Number(writer[1] ?? writer[2])) !== undefined) return [];
    return [{ kind: 'file', path: join(folder, name), text: `${name} was not finished` }];
  });
}

function unfinishedPatches({ instance, root }: StoredVm): readonly Leftover[] {
  return ['E', 'F'].flatMap((letter) =>
    names(join(root, letter), true)
      .filter((name) => name.endsWith(unfinishedSuffix))
      .map((name) => ({ kind: 'file', path: join(root, letter, name), text: `${name} on ${letter}: of ${instance} is half a patch` })),
  );
}

function names(folder: string, recursive = false): readonly string[] {
  try {
    return readdirSync(folder, { recursive, encoding: 'utf8' }).sort();
  } catch {
    return [];
  }
}
