import fs from 'node:fs';
import path from 'node:path';
import type { DriveFate, PlannedDrive } from '../../../contracts/event-plan.ts';
import type { RoleDriveLetter } from '../../../contracts/vm-document.ts';
import { contentDigest, hostFileDigest } from '../../../model/package/content-digest.ts';
import { toDrivePath } from '../../../sandbox/drive-path.ts';
import { driveTally, type FileFate } from './drive-tally.ts';
import { keyOf, type LaidFile, type LaidFiles } from './laid-files.ts';
import { type DriveEntry, walkDrive } from './walk-drive.ts';

export interface DriveBefore {
  readonly vmRoot: string;
  readonly letter: 'C' | 'D' | RoleDriveLetter;
  readonly fate: DriveFate;
  readonly comesAs: RoleDriveLetter | undefined;
  /** What it has when it is made anew. */
  readonly laid: readonly LaidFiles[];
  /** Drive paths of the directories that the start of the role empties; none where it does not start. */
  readonly emptied: readonly string[];
  /** Beginnings of the drive paths of what the platform itself writes. */
  readonly platform: readonly string[];
  /** As `patchedContents` gives them. */
  readonly patched: ReadonlyMap<string, ReadonlySet<string>>;
}

/** So many files are read at a time. */
const atOnce = 8;

/**
 * What an event does to the files of one drive as it is now. Nothing is changed, and no link is followed.
 *
 * @throws UserError RV1426, RV1433 when the package cannot be read: the drive could not be made anew either
 */
export async function planDrive(drive: DriveBefore): Promise<PlannedDrive> {
  const root = path.join(drive.vmRoot, drive.letter);
  const tally = driveTally((file) => drive.platform.some((beginning) => file.toLowerCase().startsWith(beginning.toLowerCase())));
  const met = new Set<string>();
  const entries = walkDrive(root);
  const worker = async () => {
    for await (const entry of entries) {
      const key = keyOf(path.relative(root, entry.hostPath));
      met.add(key);
      tally.count(await fateOf(entry, key, drive));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  if (drive.fate !== 'preserved' && fs.existsSync(root)) {
    const isNews = ({ content, byAgent }: LaidFile) => content !== undefined && byAgent !== true;
    const missing = drive.laid.flatMap((files) => [...files]).filter(([key, file]) => isNews(file) && !met.has(key));
    for (const [, { path: file }] of missing) {
      tally.count({ becomes: 'returns', file: `${drive.letter}:\\${file.split(/[\\/]/).join('\\')}`, patched: false });
    }
  }
  const comesAs = drive.comesAs === undefined ? {} : { comesAs: drive.comesAs };
  return { letter: drive.letter, fate: drive.fate, ...comesAs, ...tally.result() };
}

async function fateOf(entry: DriveEntry, key: string, drive: DriveBefore): Promise<FileFate> {
  const file = toDrivePath(drive.vmRoot, entry.hostPath) ?? entry.hostPath;
  const digest = digestOnce(entry);
  const contents = drive.patched.get(file.toLowerCase());
  const patched = contents?.has((await digest()) ?? '') ?? false;
  if (drive.fate === 'preserved') return { file, patched, becomes: isEmptied(file, drive) ? 'emptied' : 'stays' };
  const laid = drive.laid.map((files) => files.get(key)).find((found) => found !== undefined);
  if (laid === undefined) return { file, patched, becomes: 'lost' };
  return { file, patched, becomes: (await isSame(laid, digest)) ? 'comes again' : 'reset' };
}

async function isSame({ content }: LaidFile, digest: () => Promise<string | undefined>): Promise<boolean> {
  return content === undefined || (await digest()) === (await contentDigest(content));
}

/** Undefined for what has no content that could be read. */
function digestOnce({ hostPath, isFile }: DriveEntry): () => Promise<string | undefined> {
  let made: Promise<string | undefined> | undefined;
  return () => {
    made ??= isFile ? hostFileDigest(hostPath).catch(() => undefined) : Promise.resolve(undefined);
    return made;
  };
}

/** The directory itself is no file, unless a role has laid a link in its place; that is removed as well. */
function isEmptied(file: string, { emptied }: DriveBefore): boolean {
  const name = file.toLowerCase();
  return emptied.map((directory) => directory.toLowerCase()).some((directory) => name === directory || name.startsWith(`${directory}\\`));
}
