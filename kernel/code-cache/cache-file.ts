import { closeSync, fstatSync, mkdirSync, openSync, readSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { emulatorMs } from '../../contracts/timings-of-the-emulator.ts';

export interface CacheEntry {
  readonly data: Buffer;
  /** How often the entry was written: later ones hold more functions. */
  readonly generation: number;
}

/*
 * Layout: four 32-bit numbers (magic, generation, length of the key, length of the data), the key, zeros up to a multiple of 8,
 * the data, the data once more. V8 does not check the data it is given: a damaged byte ends the process. Comparing two copies
 * costs 0.1 ms, any check sum in Node or JavaScript 2 ms.
 */
const magic = 0x31434352;
const headerBytes = 16;
const largestBytes = 64 * 1024 * 1024;

/**
 * Reads compiled code.
 *
 * @param key what the code was compiled from and by; file names are only a digest of it
 * @returns undefined when there is none for this key, when it is damaged, or when it is another user's
 */
export function readCache(path: string, key: string): CacheEntry | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    const { size, uid } = fstatSync(descriptor);
    // Compiled code is code: nobody else's is run.
    if (process.getuid !== undefined && uid !== process.getuid()) return undefined;
    if (size < headerBytes || size > 2 * largestBytes) return undefined;
    return checked(read(descriptor, size), key);
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function read(descriptor: number, size: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(size);
  let filled = 0;
  for (let count = -1; count !== 0 && filled < size; filled += count) count = readSync(descriptor, bytes, filled, size - filled, null);
  return bytes.subarray(0, filled);
}

function checked(bytes: Buffer, key: string): CacheEntry | undefined {
  const keyLength = bytes.readUInt32LE(8);
  const length = bytes.readUInt32LE(12);
  const start = dataStart(keyLength);
  if (bytes.readUInt32LE(0) !== magic || bytes.length !== start + 2 * length) return undefined;
  if (bytes.toString('utf8', headerBytes, headerBytes + keyLength) !== key) return undefined;
  const data = bytes.subarray(start, start + length);
  return data.equals(bytes.subarray(start + length)) ? { data, generation: bytes.readUInt32LE(4) } : undefined;
}

function dataStart(keyLength: number): number {
  return (headerBytes + keyLength + 7) & ~7;
}

/**
 * Writes compiled code, all of it or nothing, unless another process is at it. Failing is nobody's concern.
 *
 * @param make called only when this process is the one that writes
 */
export function writeCache(path: string, key: string, make: () => CacheEntry): void {
  const draft = `${path}.new`;
  let descriptor: number | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    descriptor = claim(draft);
    write(descriptor, make(), Buffer.from(key));
    renameSync(draft, path);
  } catch (error) {
    // A draft of another process is that one's, half a draft of this one is nobody's.
    if (descriptor !== undefined) rmSync(draft, { force: true });
    else if ((error as NodeJS.ErrnoException).code === 'EEXIST') removeAbandoned(draft);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Only one process can make the draft: the others leave the work to it. */
function claim(draft: string): number {
  return openSync(draft, 'wx', 0o600);
}

function write(descriptor: number, { data, generation }: CacheEntry, key: Buffer): void {
  const head = Buffer.alloc(dataStart(key.length));
  head.writeUInt32LE(magic, 0);
  head.writeUInt32LE(generation, 4);
  head.writeUInt32LE(key.length, 8);
  head.writeUInt32LE(data.length, 12);
  key.copy(head, headerBytes);
  for (const part of [head, data, data]) {
    for (let at = 0; at < part.length; ) at += writeSync(descriptor, part, at);
  }
}

/** Writing takes milliseconds: an old draft is one whose process was killed, and the next process shall be able to write. */
function removeAbandoned(draft: string): void {
  try {
    if (Date.now() - statSync(draft).mtimeMs > emulatorMs.cacheFileAbandoned) rmSync(draft, { force: true });
  } catch {
    // Just renamed.
  }
}
