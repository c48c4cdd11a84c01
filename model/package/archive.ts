import { read } from 'node:fs';
import { Readable } from 'node:stream';
import { inflateRawSync } from 'node:zlib';
import * as yauzl from 'yauzl';
import { UserError } from '../../contracts/diagnostic.ts';
import { quote } from '../quote.ts';
import type { Budget, PackageLimits } from './budget.ts';

const chunkBytes = 65_536;

/** Parts up to this size are unpacked in one piece. */
export const smallPartBytes = 1_048_576;

/** A stretch of an open file. */
export interface FileRange {
  readonly descriptor: number;
  /** Bytes. */
  readonly start: number;
  readonly length: number;
}

/** The parts of a zip file. */
export interface Archive {
  /** For messages. */
  readonly name: string;
  /** By name in lower case with forward slashes: part names do not tell upper from lower case (PL 7). */
  readonly parts: ReadonlyMap<string, ArchivePart>;
}

export interface ArchivePart {
  readonly name: string;
  /** Bytes unpacked. No more than these ever come out. */
  readonly size: number;
  open(): Promise<Readable>;
  /** All bytes at once: three times as fast for the many small files of a role. Only for parts of at most `smallPartBytes`. */
  bytes(): Promise<Buffer>;
  /** Where the part lies, for an archive inside the archive; undefined when it is compressed. */
  range(): Promise<FileRange | undefined>;
}

/**
 * Lists a zip file.
 *
 * @param name for messages
 * @param limits for the number of parts
 * @param budget pays for the parts when they are files of a role
 * @throws UserError RV1431 when it is not a readable zip file, RV1432 when it is encrypted, RV1421, RV1422, RV1425 for its names and sizes
 */
export async function openArchive(range: FileRange, name: string, limits: PackageLimits, budget?: Budget): Promise<Archive> {
  const parts = new Map<string, ArchivePart>();
  try {
    const zip = await yauzl.fromRandomAccessReaderPromise(new RangeReader(range), range.length, { autoClose: false });
    // The count may lie, so it only ever refuses.
    if (zip.entryCount > limits.files) throw tooMany(name, limits);
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith('/')) continue;
      if (entry.isEncrypted()) throw encryptedPackage(name);
      budget?.spend(entry.uncompressedSize, entry.fileName);
      const key = entry.fileName.toLowerCase();
      if (parts.has(key)) throw twice(name, entry.fileName);
      parts.set(key, partOf(zip, entry, range));
      if (parts.size > limits.files) throw tooMany(name, limits);
    }
  } catch (error) {
    throw archiveFailure(name, error);
  }
  return { name, parts };
}

function partOf(zip: yauzl.ZipFile, entry: yauzl.Entry, range: FileRange): ArchivePart {
  return {
    name: entry.fileName,
    size: entry.uncompressedSize,
    open: () => zip.openReadStreamPromise(entry),
    bytes: () => unpackAtOnce(zip, entry, range),
    async range() {
      if (entry.compressionMethod !== 0) return undefined;
      // The local header has an extra field that the directory lacks (PL 7), so only it knows where the part starts.
      const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
      return { descriptor: range.descriptor, start: range.start + fileDataStart, length: entry.compressedSize };
    },
  };
}

async function unpackAtOnce(zip: yauzl.ZipFile, entry: yauzl.Entry, range: FileRange): Promise<Buffer> {
  const { compressedSize, uncompressedSize, compressionMethod } = entry;
  // Bytes that do not shrink grow by a few in a thousand, never more.
  if (compressedSize > 2 * smallPartBytes) throw new Error(`${entry.fileName} is packed into more bytes than it has`);
  const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
  const packed = Buffer.allocUnsafe(compressedSize);
  await readAll(range, packed, fileDataStart);
  if (compressionMethod !== 0 && compressionMethod !== 8) throw new Error(`unsupported compression method: ${compressionMethod}`);
  const unpacked = compressionMethod === 0 ? packed : inflateAtMost(packed, uncompressedSize, entry.fileName);
  if (unpacked.length !== uncompressedSize) throw new Error(`${entry.fileName} unpacks to another size than it says`);
  return unpacked;
}

function inflateAtMost(packed: Buffer, size: number, name: string): Buffer {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, size) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') throw error;
    throw new Error(`${name} unpacks to more bytes than it says`);
  }
}

function readAll(range: FileRange, into: Buffer, position: number): Promise<void> {
  return new Promise((resolve, reject) => {
    new RangeReader(range).read(into, 0, into.length, position, (error) => (error === null ? resolve() : reject(error)));
  });
}

class RangeReader extends yauzl.RandomAccessReader {
  constructor(private readonly range: FileRange) {
    super();
  }

  /** A stream of its own, because destroying one of `node:fs` closes the descriptor, whatever its options say. */
  override _readStreamForRange(start: number, end: number): Readable {
    let position = start;
    const next = (stream: Readable) => {
      const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, end - position));
      if (chunk.length === 0) return void stream.push(null);
      this.read(chunk, 0, chunk.length, position, (error) => {
        position += chunk.length;
        if (error === null) stream.push(chunk);
        else stream.destroy(error);
      });
    };
    return new Readable({
      read() {
        next(this);
      },
    });
  }

  override read(buffer: Buffer, offset: number, length: number, position: number, done: (error: Error | null) => void): void {
    // A damaged directory may name any position; the file system would throw out of a callback.
    if (position < 0 || position + length > this.range.length) {
      queueMicrotask(() => done(new Error('the file ends too early')));
      return;
    }
    read(this.range.descriptor, buffer, offset, length, this.range.start + position, (error, bytes) => {
      done(error ?? (bytes < length ? new Error('the file ends too early') : null));
    });
  }

  override close(done: (error: Error | null) => void): void {
    done(null);
  }
}

/** What a failure inside a zip file means to the user. */
export function archiveFailure(name: string, error: unknown): UserError {
  if (error instanceof UserError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  if (/^(?:absolute path|invalid relative path|invalid characters in fileName)/.test(reason)) {
    return new UserError(
      'RV1421',
      `An entry of ${quote(name)} would leave the drive of the role (${quote(reason)}).`,
      'Do not use this package: no packager makes such entries.',
    );
  }
  return damagedPackage(name, reason);
}

export function damagedPackage(name: string, reason: string): UserError {
  return new UserError('RV1431', `${quote(name)} is not a readable package: ${reason}.`, 'Pack the service again, or give its folder.');
}

export function encryptedPackage(name: string): UserError {
  return new UserError(
    'RV1432',
    `${quote(name)} is encrypted, and only Azure has the key.`,
    'Pack it with SDK 1.7 or newer, or with _CSPACK_FORCE_NOENCRYPT_=true, or give the folder of the service.',
  );
}

function tooMany(name: string, limits: PackageLimits): UserError {
  return new UserError('RV1425', `${quote(name)} has more than ${limits.files} entries.`, 'Leave out what the role does not need.');
}

function twice(name: string, entry: string): UserError {
  return new UserError('RV1422', `${quote(name)} has two entries called ${quote(entry)}.`, 'Pack the service again.');
}
