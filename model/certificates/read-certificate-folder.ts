import fs from 'node:fs';
import path from 'node:path';
import type { CertificateContent } from '../../contracts/vm-document.ts';
import { type CertificateFile, readCertificateFile } from './read-certificate-file.ts';

export interface GivenCertificates {
  /** By thumbprint, 40 hexadecimal digits in capitals. */
  readonly certificates: ReadonlyMap<string, CertificateContent>;
  /** Sentences on files that could not be taken. */
  readonly notices: readonly string[];
}

/** More than any service has. */
const mostFiles = 200;

/**
 * The certificates that a user has given for a service. In Azure they are uploaded to it apart from the package; here they lie in a folder:
 * .pfx or .p12 with their password in a file of the same name and `.password`; .cer, .crt, .der or .pem, with the private key in the
 * same file or in one of the same name and `.key`.
 *
 * @param folder host path; it need not be there
 */
export function readCertificateFolder(folder: string): GivenCertificates {
  const names = namesIn(folder).filter((name) => /\.(pfx|p12|cer|crt|der|pem)$/i.test(name));
  const certificates = new Map<string, CertificateContent>();
  const notices = names.length > mostFiles ? [`${folder} has more than ${mostFiles} certificates; the rest is not read`] : [];
  for (const name of names.slice(0, mostFiles)) {
    const file = path.join(folder, name);
    try {
      note(readCertificateFile(file));
    } catch (error) {
      notices.push(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { certificates, notices };

  /** The same certificate may be there with its key and without. */
  function note(content: CertificateFile): void {
    if (content.key !== undefined || !certificates.has(content.thumbprint)) certificates.set(content.thumbprint, content);
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return fs.readdirSync(folder).sort();
  } catch {
    return [];
  }
}
