import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { UserError } from '../../contracts/diagnostic.ts';
import type { VmDocument } from '../../contracts/vm-document.ts';
import { writeAtomically } from '../../kernel/write-atomically.ts';
import type { DriveLayout, Place } from '../drive-layout.ts';
import { ensureDirectory } from '../ensure-directory.ts';
import { givenCertificates } from './settle-certificates.ts';

/** Nobody but the user of this machine reads a private key: what `permissionLevel` adds to that is a word in the register. */
const secret = 0o600;

/** More than any certificate with its chain takes. */
const mostBytes = 1_048_576;

export interface LaidCertificateFile {
  readonly place: Place;
  /** Its content, or the host path of the file with it. */
  readonly content: string | { readonly source: string };
}

/** The files of the certificates of a role that its user has given: what the register of certificates names. */
export function certificateFiles(layout: DriveLayout, vm: Pick<VmDocument, 'certificates'>): readonly LaidCertificateFile[] {
  return givenCertificates(vm).flatMap(({ content: { thumbprint, pem, key } }) => {
    const file = (kind: 'cer' | 'pfx' | 'key' | 'password') => layout.certificateFile(thumbprint, kind);
    if (key === undefined) return [{ place: file('cer'), content: pem }];
    const password = key.passwordFile === undefined ? [] : [{ place: file('password'), content: { source: key.passwordFile } }];
    return [
      { place: file('cer'), content: pem },
      { place: file(key.kind === 'pfx' ? 'pfx' : 'key'), content: { source: key.file } },
      ...password,
    ];
  });
}

/**
 * Lays those files on D:; one that is there already is not written again.
 *
 * @throws UserError RV3107 when a file that the user has given cannot be read any more, RV3103 when something else is in place of their
 *   folder
 */
export async function layCertificates(layout: DriveLayout, vm: Pick<VmDocument, 'certificates'>): Promise<void> {
  for (const { place, content } of certificateFiles(layout, vm)) {
    const bytes = typeof content === 'string' ? Buffer.from(content) : given(content.source);
    if (isThere(place.host, bytes)) continue;
    await ensureDirectory(layout.vmRoot, dirname(place.host));
    writeAtomically(place.host, bytes, { mode: secret });
  }
}

function given(source: string): Buffer {
  try {
    const { size } = statSync(source);
    if (size > mostBytes) throw new Error(`it has more than ${mostBytes} bytes`);
    return readFileSync(source);
  } catch (error) {
    throw new UserError(
      'RV3107',
      `The certificate file ${source} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'Put it back, or start the emulator anew without it.',
    );
  }
}

function isThere(file: string, bytes: Buffer): boolean {
  try {
    return statSync(file).size === bytes.length && readFileSync(file).equals(bytes);
  } catch {
    return false;
  }
}
