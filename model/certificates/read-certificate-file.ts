import { createPrivateKey, X509Certificate } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { createSecureContext } from 'node:tls';
import type { CertificateContent } from '../../contracts/vm-document.ts';

export type CertificateFile = CertificateContent;

const mostBytes = 1_048_576;

/**
 * Reads one certificate, and finds its private key.
 *
 * @throws Error with one sentence when it is none, or its key is not its own
 */
export function readCertificateFile(file: string): CertificateFile {
  return /\.(pfx|p12)$/i.test(file) ? readPfx(file) : readPlain(file);
}

function readPfx(file: string): CertificateFile {
  const passwordFile = besides(file, '.password');
  const passphrase =
    passwordFile === undefined
      ? ''
      : read(passwordFile)
          .toString('utf8')
          .replace(/\r?\n$/, '');
  const certificate = new X509Certificate(leafOf(read(file), passphrase, passwordFile));
  return { ...factsOf(certificate), key: { kind: 'pfx', file, ...(passwordFile === undefined ? {} : { passwordFile }) } };
}

/** Node reads a .pfx only where TLS needs one, and gives back no more than the certificate. */
function leafOf(pfx: Buffer, passphrase: string, passwordFile: string | undefined): Buffer {
  try {
    const certificate = createSecureContext({ pfx, passphrase }).context.getCertificate() as Buffer | null;
    if (certificate !== null) return certificate;
  } catch (error) {
    throw new Error(flawOf(error as NodeJS.ErrnoException, passwordFile));
  }
  throw new Error('it holds no certificate with its private key');
}

function flawOf({ code, message }: NodeJS.ErrnoException, passwordFile: string | undefined): string {
  if (/mac verify/i.test(message)) {
    return passwordFile === undefined
      ? 'it has a password, which belongs into a file beside it with .password at its end'
      : 'its password is another one';
  }
  // What older versions of Windows export.
  if (code === 'ERR_CRYPTO_UNSUPPORTED_OPERATION') return 'it is encrypted in an old way; export it anew with AES256';
  return `it is no .pfx (${message})`;
}

function readPlain(file: string): CertificateFile {
  const bytes = read(file);
  const certificate = certificateIn(bytes);
  const key = /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(bytes.toString('latin1')) ? file : besides(file, '.key');
  if (key === undefined) return factsOf(certificate);
  if (!isKeyOf(certificate, key)) throw new Error(`${path.basename(key)} holds no private key of it, or one with a password`);
  return { ...factsOf(certificate), key: { kind: 'pem', file: key } };
}

function certificateIn(bytes: Buffer): X509Certificate {
  try {
    return new X509Certificate(bytes);
  } catch {
    throw new Error('it is no certificate');
  }
}

function isKeyOf(certificate: X509Certificate, file: string): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(read(file)));
  } catch {
    return false;
  }
}

function factsOf(certificate: X509Certificate): CertificateContent {
  return {
    thumbprint: certificate.fingerprint.replaceAll(':', ''),
    subject: nameOf(certificate.subject),
    issuer: nameOf(certificate.issuer),
    serialNumber: certificate.serialNumber.toUpperCase(),
    notBefore: new Date(certificate.validFrom).toISOString(),
    notAfter: new Date(certificate.validTo).toISOString(),
    pem: certificate.toString(),
  };
}

/** Node has a part of the name a line, the most general first; Windows writes one line and begins with the most particular. */
function nameOf(subject: string | undefined): string {
  return (subject ?? '')
    .split('\n')
    .reverse()
    .join(', ')
    .replace(/\p{Cc}/gu, ' ')
    .slice(0, 4_000);
}

/** A file of the same name with another ending, with or without the first one: `front.pfx.password` or `front.password`. */
function besides(file: string, ending: string): string | undefined {
  return [file + ending, file.replace(/\.[^.]+$/, '') + ending].find((candidate) => fs.existsSync(candidate));
}

function read(file: string): Buffer {
  if (fs.statSync(file).size > mostBytes) throw new Error(`${path.basename(file)} is larger than 1 MB`);
  return fs.readFileSync(file);
}
