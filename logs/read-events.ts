import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type EventEntry, isEventEntry } from './event-entry.ts';
import { LineSplitter } from './line-splitter.ts';

/** Longer lines are no events of ours: they would only fill the memory of whoever reads. */
const maxLineBytes = 1_000_000;

/**
 * All entries of the event logs of a VM, oldest first; entries of the same millisecond stay in the order of their file.
 *
 * A line that is no entry is passed over: the last one of a file may be torn, and a role can write into its drives what it likes.
 *
 * @param directory host path of `D:\Windows\System32\winevt\Logs`
 * @returns the entries; none when the directory does not exist yet
 * @throws the file system's error when it exists and cannot be read
 */
export async function readEvents(directory: string): Promise<EventEntry[]> {
  const names = (await unlessMissing(readdir(directory))) ?? [];
  const files = new Set(names.filter((name) => /\.jsonl(\.old)?$/.test(name)).map((name) => name.replace(/\.old$/, '')));
  const events: EventEntry[] = [];
  for (const file of [...files].sort()) await readFileAndItsOld(join(directory, file), events);
  return events.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
}

/** The current file is opened first: if it becomes `.old` in between, both are the same and nothing is missed or read twice. */
async function readFileAndItsOld(file: string, events: EventEntry[]): Promise<void> {
  const current = await unlessMissing(open(file));
  const old = await unlessMissing(open(`${file}.old`));
  try {
    const rotatedMeanwhile = current && old && (await identity(current)) === (await identity(old));
    if (old !== undefined && !rotatedMeanwhile) await readInto(old, events);
    if (current !== undefined) await readInto(current, events);
  } finally {
    await current?.close();
    await old?.close();
  }
}

async function readInto(handle: FileHandle, events: EventEntry[]): Promise<void> {
  const splitter = new LineSplitter(maxLineBytes, (line) => {
    const entry = parsed(line);
    if (entry !== undefined) events.push(entry);
  });
  for await (const chunk of handle.createReadStream({ autoClose: false })) splitter.push(chunk as Buffer);
  splitter.flush();
}

function parsed(line: string): EventEntry | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isEventEntry(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

async function identity(handle: FileHandle): Promise<string> {
  const { dev, ino } = await handle.stat({ bigint: true });
  return `${dev}:${ino}`;
}

async function unlessMissing<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
