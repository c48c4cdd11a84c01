import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { UserError } from '../../contracts/diagnostic.ts';
import { type SnapshotManifest, snapshotNameForm } from '../../contracts/snapshot.ts';
import { deploymentForm } from '../../fabric/deployment-store.ts';
import { writeAtomically } from '../../kernel/write-atomically.ts';
import { snapshotFolder, snapshotNames } from './snapshot-place.ts';

const text = z.string().check(z.maxLength(4_096));
const count = z.int().check(z.nonnegative());
const savedDrive = z.object({
  letter: z.enum(['C', 'D', 'E', 'F']),
  files: count,
  folders: count,
  links: count,
  bytes: count,
  passedOver: count,
});
const form = z.object({
  formatVersion: z.literal(1),
  name: z.string().check(z.regex(snapshotNameForm)),
  version: text,
  createdAt: text,
  message: z.optional(text),
  saved: z.enum(['running', 'stopped']),
  deployment: deploymentForm,
  vms: z
    .array(
      z.object({
        // As the folders of VMs are named: nothing in it leads elsewhere.
        instance: z.string().check(z.regex(/^[^\p{Cc}\\/]{1,200}_IN_\d{1,6}$/u)),
        roleDrive: z.enum(['E', 'F']),
        eventDone: count,
        drives: z.array(savedDrive).check(z.maxLength(4)),
      }),
    )
    .check(z.maxLength(1_000)),
});

const fileName = 'snapshot.json';
const mostBytes = 16 * 1_024 * 1_024;

/** @param folder of the snapshot */
export function writeManifest(folder: string, manifest: SnapshotManifest): void {
  writeAtomically(join(folder, fileName), `${JSON.stringify(manifest, undefined, 2)}\n`, { mode: 0o600, durable: true });
}

/**
 * @throws UserError RV4705 when there is no such snapshot, RV4706 when its document cannot be read, RV4707 when it is of another format
 *   version, RV6220 when the name is none
 */
export function readManifest(stateDirectory: string, name: string): SnapshotManifest {
  const folder = snapshotFolder(stateDirectory, name);
  const file = join(folder, fileName);
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (stats === undefined) throw noSnapshot(stateDirectory, name);
  if (!stats.isFile() || stats.size > mostBytes) throw unreadable(name, file);
  const value = parsed(readFileSync(file, 'utf8'));
  const version = (value as { readonly formatVersion?: unknown } | null | undefined)?.formatVersion;
  if (typeof version === 'number' && version !== 1) {
    throw new UserError(
      'RV4707',
      `snapshot ${name} is of format version ${version}, and this rolevm knows version 1 only`,
      'restore it with the rolevm that has saved it',
    );
  }
  const found = z.safeParse(form, value);
  if (!found.success) throw unreadable(name, file);
  // Where it was copied or renamed by hand, its folder names it.
  return { ...found.data, name };
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}

function unreadable(name: string, file: string): UserError {
  return new UserError(
    'RV4706',
    `snapshot ${name} cannot be restored: ${file} is not the document of a snapshot`,
    'rolevm snapshot delete removes it',
  );
}

function noSnapshot(stateDirectory: string, name: string): UserError {
  const names = snapshotNames(stateDirectory);
  const mend = names.length === 0 ? 'rolevm snapshot save makes one' : `there are ${names.join(', ')}`;
  return new UserError('RV4705', `there is no snapshot ${name} in ${stateDirectory}`, mend);
}
