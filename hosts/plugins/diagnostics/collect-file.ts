import fs from 'node:fs';
import path from 'node:path';
import type { FoundFile } from './find-files.ts';
import type { Collected } from './ledger.ts';
import type { LineFilter } from './line-filter.ts';

export interface FileCollection {
  readonly file: FoundFile;
  /** Host path of the container's folder. */
  readonly folder: string;
  readonly known: ReadonlyMap<string, Collected>;
  /** Makes a filter for this file; without it every byte is taken. */
  readonly filter?: () => LineFilter;
  /** More new bytes than these are passed over but for the last: they would drive everything else out. */
  readonly mostBytes: number;
}

export interface CollectedFile {
  /** Names the file for good, whatever it is called. */
  readonly id: string;
  readonly collected: Collected;
  /** New bytes that were too many. */
  readonly passedOver: number;
}

/**
 * Copies the bytes of a file that are new since the last pass. A file that was truncated, or that has taken the name of another one, is
 * collected beside what was there.
 *
 * @returns undefined when it is no regular file any more
 * @throws the file system's error when it cannot be read or its copy not be written; the next pass begins where this one did
 */
export function collectFile({ file, folder, known, filter, mostBytes }: FileCollection): CollectedFile | undefined {
  // Neither a link, which could lead out of the drive, nor a named pipe, which would wait for its writer, is opened.
  const descriptor = fs.openSync(file.path, fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0) | (fs.constants.O_NONBLOCK ?? 0));
  try {
    const stats = fs.fstatSync(descriptor, { bigint: true });
    if (!stats.isFile()) return undefined;
    // Numbers of files are given again; with the time of birth they are not.
    const id = `${stats.dev}:${stats.ino}:${stats.birthtimeNs}`;
    const size = Number(stats.size);
    const before = known.get(id);
    const goesOn = before !== undefined && before.offset <= size ? before : undefined;
    const start = goesOn ?? { offset: 0, target: freeTarget(folder, file.name, known), size: 0 };
    const passedOver = Math.max(0, size - start.offset - mostBytes);
    const span = { from: start.offset + passedOver, to: size };
    if (span.from === span.to) return { id, collected: { ...start, offset: span.to }, passedOver };
    return { id, collected: copySpan(descriptor, span, folder, start, filter?.()), passedOver };
  } finally {
    fs.closeSync(descriptor);
  }
}

const chunkBytes = 1_048_576;

function copySpan(
  source: number,
  { from, to }: { readonly from: number; readonly to: number },
  folder: string,
  start: Collected,
  filter: LineFilter | undefined,
): Collected {
  const file = path.join(folder, start.target);
  makeFolder(path.dirname(file), folder);
  const target = fs.openSync(file, fs.constants.O_WRONLY | fs.constants.O_CREAT | (fs.constants.O_NOFOLLOW ?? 0));
  try {
    let size = Math.min(start.size, fs.fstatSync(target).size);
    fs.ftruncateSync(target, size);
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, to - from));
    let offset = from;
    while (offset < to) {
      const length = fs.readSync(source, buffer, 0, Math.min(buffer.length, to - offset), offset);
      if (length === 0) break;
      offset += length;
      const bytes = buffer.subarray(0, length);
      size += writeAll(target, filter === undefined ? bytes : filter.take(bytes), size);
    }
    // A line that is still being written is looked at again, whole.
    return { offset: offset - (filter?.pending() ?? 0), target: start.target, size };
  } finally {
    fs.closeSync(target);
  }
}

/** A role can put a link in the place of a folder; nothing is written where it leads. */
function makeFolder(directory: string, folder: string): void {
  fs.mkdirSync(directory, { recursive: true });
  const inside = path.relative(path.dirname(folder), directory);
  if (fs.realpathSync(directory) !== path.join(fs.realpathSync(path.dirname(folder)), inside)) {
    throw new Error('a link stands in the way of its copy');
  }
}

function writeAll(descriptor: number, bytes: Uint8Array, position: number): number {
  let written = 0;
  while (written < bytes.length) written += fs.writeSync(descriptor, bytes, written, bytes.length - written, position + written);
  return written;
}

/** The name of the file, or with a number behind it when another file has it already. */
function freeTarget(folder: string, name: string, known: ReadonlyMap<string, Collected>): string {
  const taken = new Set([...known.values()].map(({ target }) => target));
  for (let number = 0; ; number += 1) {
    const target = number === 0 ? name : `${name}.${number}`;
    if (!taken.has(target) && fs.lstatSync(path.join(folder, target), { throwIfNoEntry: false }) === undefined) return target;
  }
}
