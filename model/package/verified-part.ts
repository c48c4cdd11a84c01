import { createHash } from 'node:crypto';
import { pipeline, type Readable, Transform } from 'node:stream';
import { UserError } from '../../contracts/diagnostic.ts';
import { quote } from '../quote.ts';
import { type ArchivePart, archiveFailure, damagedPackage, smallPartBytes } from './archive.ts';
import type { FileContent } from './service-package.ts';

/** What a manifest promises about a part: lower-case SHA-256, or undefined when it promises nothing. */
export type PromisedHash = string | undefined;

/**
 * The bytes of a part as a stream that fails at its end when they are not those that the manifest promises.
 *
 * @throws UserError RV1433 in the stream, RV1431 when the part cannot be unpacked
 */
export async function openVerified(part: ArchivePart, promised: PromisedHash, archiveName: string): Promise<Readable> {
  const hash = createHash('sha256');
  const source = await part.open().catch((error: unknown) => {
    throw archiveFailure(archiveName, error);
  });
  const verified = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
    flush(done) {
      done(promised === undefined || hash.digest('hex') === promised ? null : altered(part, archiveName));
    },
    destroy(error, done) {
      done(error === null ? null : archiveFailure(archiveName, error));
    },
  });
  pipeline(source, verified, () => {});
  return verified;
}

/** A part as the content of a file: in one piece where that is faster, as a stream where it is large. */
export function partContent(part: ArchivePart, promised: PromisedHash, archiveName: string): FileContent {
  if (part.size <= smallPartBytes) return { kind: 'smallPart', read: () => readSmall(part, promised, archiveName) };
  return { kind: 'part', open: () => openVerified(part, promised, archiveName) };
}

/**
 * A whole part, checked.
 *
 * @param maximum bytes; a larger part is refused
 * @throws UserError RV1431, RV1433
 */
export async function readVerified(part: ArchivePart, promised: PromisedHash, archiveName: string, maximum: number): Promise<Buffer> {
  if (part.size > maximum) throw damagedPackage(archiveName, `${quote(part.name)} is larger than ${maximum} bytes`);
  if (part.size <= smallPartBytes) return readSmall(part, promised, archiveName);
  const chunks: Buffer[] = [];
  for await (const chunk of await openVerified(part, promised, archiveName)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function readSmall(part: ArchivePart, promised: PromisedHash, archiveName: string): Promise<Buffer> {
  const bytes = await part.bytes().catch((error: unknown) => {
    throw archiveFailure(archiveName, error);
  });
  if (promised !== undefined && createHash('sha256').update(bytes).digest('hex') !== promised) throw altered(part, archiveName);
  return bytes;
}

function altered(part: ArchivePart, archiveName: string): UserError {
  return new UserError(
    'RV1433',
    `${quote(part.name)} in ${quote(archiveName)} is not what the package's manifest promises.`,
    'The package was altered or damaged after it was made: pack the service again.',
  );
}
