import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { DiagnosticList } from '../diagnostic-list.ts';
import { quote } from '../quote.ts';

/** A file of the user's, as the user would name it, with its content. */
export interface SourceFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The largest real file of the corpus has 20 KB; Azure's own limits allow 25 roles, far below this. */
export const maxSourceBytes = 4 * 1024 * 1024;

/**
 * Reads a file of the user's. Anything that is not a regular file of bearable size is a finding, and is not read.
 *
 * @param path as the user would type it; also the name in findings
 * @returns the file, or undefined after a finding
 */
export function readSourceFile(path: string, findings: DiagnosticList): SourceFile | undefined {
  let descriptor: number | undefined;
  try {
    // Without O_NONBLOCK the opening of a named pipe waits for a writer, for ever.
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) {
      findings.error('RV1001', `${quote(path)} is not a file.`, { file: path, mend: 'Give the path of a file.' });
      return undefined;
    }
    if (stat.size > maxSourceBytes) return refuseSize(path, stat.size, findings);
    const bytes = readAtMost(descriptor, maxSourceBytes + 1, stat.size);
    if (bytes.length > maxSourceBytes) return refuseSize(path, bytes.length, findings);
    return { name: path, bytes };
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
    findings.error('RV1001', `${quote(path)} ${reason}.`, { file: path, mend: 'Check the path and who may read it.' });
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Refuses content that came from elsewhere, an archive for instance, by the same measure. @returns whether it may be read */
export function isBearable(source: SourceFile, findings: DiagnosticList): boolean {
  if (source.bytes.length <= maxSourceBytes) return true;
  refuseSize(source.name, source.bytes.length, findings);
  return false;
}

function refuseSize(file: string, bytes: number, findings: DiagnosticList): undefined {
  const megabytes = (bytes / 1024 / 1024).toFixed(1);
  findings.error('RV1002', `The file has ${megabytes} MB; a service model file may have ${maxSourceBytes / 1024 / 1024} MB.`, {
    file,
    mend: 'Check that this is the right file.',
  });
  return undefined;
}

/** Reads to the end, but no more than `limit` bytes: the file may grow while it is read. */
function readAtMost(descriptor: number, limit: number, expected: number): Uint8Array {
  let buffer = Buffer.alloc(Math.min(limit, expected + 1));
  let length = 0;
  for (;;) {
    const read = readSync(descriptor, buffer, length, buffer.length - length, null);
    length += read;
    if (read === 0 || length >= limit) return buffer.subarray(0, length);
    if (length === buffer.length) buffer = Buffer.concat([buffer, Buffer.alloc(Math.min(limit - length, buffer.length + 4096))]);
  }
}
