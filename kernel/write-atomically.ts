import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export interface WriteOptions {
  /** Permission bits, exact whatever the umask says; without it what the umask leaves of 0666. */
  readonly mode?: number;
  /** Waits until the disk has the bytes, so that the document survives a power loss of the real machine. */
  readonly durable?: boolean;
}

/**
 * Replaces a document as a whole: a reader, or whoever comes after a kill, finds the former content or the new one, never a part.
 *
 * Synchronous, because the documents are small and their one owner may be killed at any moment. A symbolic link in place of
 * the file is replaced, not followed.
 *
 * @throws the file system's error when the folder does not exist or cannot be written; nothing is left beside the file then
 */
export function writeAtomically(file: string, content: string | Uint8Array, options: WriteOptions = {}): void {
  const beside = join(dirname(file), `.${basename(file)}.${process.pid}.tmp`);
  // What an earlier process of the same number left; `wx` below never follows a link that somebody laid there.
  rmSync(beside, { force: true });
  try {
    writeNew(beside, content, options);
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

function writeNew(file: string, content: string | Uint8Array, { mode, durable }: WriteOptions): void {
  const descriptor = openSync(file, 'wx', mode ?? 0o666);
  try {
    if (mode !== undefined) fchmodSync(descriptor, mode);
    writeFileSync(descriptor, content);
    if (durable === true) fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
