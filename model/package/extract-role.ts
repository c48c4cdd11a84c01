import { createWriteStream, mkdirSync, readdirSync } from 'node:fs';
import { chmod, constants, copyFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { readFailure } from './read-failure.ts';
import type { PackageFile, RolePackage } from './service-package.ts';

const atOnce = 16;
/** Windows knows no right to execute: whatever a package holds may be started. */
const runnable = 0o755;

/**
 * Writes what a role brings along into the folder that stands for its application drive.
 *
 * Files are clones where the file system can make them, else copies; never links, which would share later writes.
 *
 * @param directory absolute path of an existing, empty folder
 * @throws UserError RV1426 when a file of the user's has become unreadable, RV1433 when a part of a package has changed
 */
export async function extractRole(role: RolePackage, directory: string): Promise<void> {
  if (readdirSync(directory).length > 0) throw new Error(`${directory} is not empty`);
  const folders = new Set(role.files.map((file) => dirname(file.path)));
  for (const folder of folders) mkdirSync(join(directory, folder), { recursive: true });
  const waiting = role.files.values();
  const failures: unknown[] = [];
  const worker = async () => {
    for (const file of waiting) {
      if (failures.length > 0) return;
      await extractFile(file, join(directory, file.path)).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, role.files.length) }, worker));
  if (failures.length > 0) throw failures[0];
}

async function extractFile({ content }: PackageFile, target: string): Promise<void> {
  if (content.kind === 'bytes') return writeFile(target, content.bytes, { flag: 'wx' });
  if (content.kind === 'smallPart') return writeFile(target, await content.read(), { flag: 'wx', mode: runnable });
  if (content.kind === 'part') return pipeline(await content.open(), createWriteStream(target, { flags: 'wx', mode: runnable }));
  try {
    await copyFile(content.hostPath, target, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
    // A file that its owner made read-only would resist patching; on the drive of a role nothing does.
    if ((content.mode & 0o200) === 0) await chmod(target, content.mode | 0o200);
  } catch (error) {
    throw readFailure(content.hostPath, error);
  }
}
