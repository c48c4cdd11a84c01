import * as z from 'zod/mini';
import type { DocumentKind } from '../settle-document.ts';

const line = z.string().check(z.maxLength(4_000), z.regex(/^[^\p{Cc}]*$/u));
const moment = z.string().check(z.maxLength(40));

const storedCertificate = z.object({
  location: z.enum(['LocalMachine', 'CurrentUser']),
  /** `My`, `Root`, `CA` or another. */
  store: line,
  /** SHA-1 of the certificate, 40 hexadecimal digits in capitals: the `Cert Hash` of certutil. */
  thumbprint: z.string().check(z.regex(/^[0-9A-F]{40}$/)),
  subject: line,
  issuer: line,
  /** Hexadecimal. */
  serialNumber: z.string().check(z.regex(/^[0-9A-F]{1,128}$/)),
  /** ISO 8601. */
  notBefore: moment,
  notAfter: moment,
  /** Who may use the private key; none: it is not in the store. */
  privateKey: z.enum(['none', 'limitedOrElevated', 'elevated']),
  /** Drive paths: the certificate in PEM, the key as .pfx or in PEM, and the password of the .pfx where it has one. */
  files: z.object({ certificate: line, key: z.optional(line), password: z.optional(line) }),
});
export type StoredCertificate = z.infer<typeof storedCertificate>;

const certificates = z.object({ certificates: z.array(storedCertificate).check(z.maxLength(1_000)) });
export type CertificatesDocument = z.infer<typeof certificates>;

/** `D:\Windows\System32\config\certificates.json`: the stores of the machine, as `certutil -store` shows them. */
export const certificatesKind: DocumentKind<CertificatesDocument> = {
  name: 'The register of certificates',
  form: certificates,
  maxBytes: 16_000_000,
};
