import { type FileHandle, open } from 'node:fs/promises';
import { LineSplitter } from './line-splitter.ts';

export interface RotatedLimits {
  /** A longer line is cut, and ends with an ellipsis. */
  readonly maxLineBytes: number;
  /** Of each of the two files only so much of the end is read; the line that this begins inside is left out. */
  readonly maxFileBytes?: number;
}

/**
 * The lines of a log that becomes `.old` when it is full: those of `.old` first, then those of the file itself.
 *
 * The current file is opened first: if it becomes `.old` in between, both are the same and nothing is missed or read twice.
 *
 * @param file host path; nothing is given when neither file exists
 * @throws the file system's error when a file exists and cannot be read
 */
export async function readRotated(file: string, limits: RotatedLimits, onLine: (line: string) => void): Promise<void> {
  const current = await unlessMissing(open(file));
  const old = await unlessMissing(open(`${file}.old`));
  try {
    const rotatedMeanwhile = current && old && (await identity(current)) === (await identity(old));
    if (old !== undefined && !rotatedMeanwhile) await readInto(old, limits, onLine);
    if (current !== undefined) await readInto(current, limits, onLine);
  } finally {
    await current?.close();
    await old?.close();
  }
}

async function readInto(handle: FileHandle, { maxLineBytes, maxFileBytes }: RotatedLimits, onLine: (line: string) => void): Promise<void> {
  const { size } = await handle.stat();
  const start = Math.max(0, size - (maxFileBytes ?? size));
  let whole = start === 0;
  const splitter = new LineSplitter(maxLineBytes, (line) => {
    if (whole) onLine(line);
    whole = true;
  });
  for await (const chunk of handle.createReadStream({ autoClose: false, start })) splitter.push(chunk as Buffer);
  splitter.flush();
}

async function identity(handle: FileHandle): Promise<string> {
  const { dev, ino } = await handle.stat({ bigint: true });
  return `${dev}:${ino}`;
}

export async function unlessMissing<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
