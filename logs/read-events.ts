import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type EventEntry, isEventEntry } from './event-entry.ts';
import { readRotated, unlessMissing } from './read-rotated.ts';

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
  const keep = (line: string) => {
    const entry = parsed(line);
    if (entry !== undefined) events.push(entry);
  };
  for (const file of [...files].sort()) await readRotated(join(directory, file), { maxLineBytes }, keep);
  return events.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
}

function parsed(line: string): EventEntry | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isEventEntry(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
