import * as z from 'zod/mini';
import type { DocumentKind } from '../settle-document.ts';

const sid = z.string().check(z.maxLength(184), z.regex(/^S-1-\d+(-\d+)+$/));
/** In the letters of icacls: `F`, `M`, `RX`, `R`, `W`, `D`, or single rights such as `WDAC`. */
const right = z.string().check(z.regex(/^[A-Z]{1,4}$/));

const accessEntry = z.object({
  sid,
  type: z.enum(['allow', 'deny']),
  /** What hands it down: to files, to folders, to these only, not further (W). */
  inheritance: z.array(z.enum(['OI', 'CI', 'IO', 'NP'])).check(z.maxLength(4)),
  rights: z.array(right).check(z.minLength(1), z.maxLength(32)),
});
export type AccessEntry = z.infer<typeof accessEntry>;

const protectedPath = z.object({
  /** Below the drive, with backslashes: `Resources\Directory`; empty for its root. */
  path: z.string().check(z.maxLength(1_000), z.regex(/^[^\p{Cc}:/]*$/u)),
  /** Whether it also has what the folders above hand down. */
  inherits: z.boolean(),
  owner: z.optional(sid),
  entries: z.array(accessEntry).check(z.maxLength(500)),
});
export type ProtectedPath = z.infer<typeof protectedPath>;

const acl = z.object({ paths: z.array(protectedPath).check(z.maxLength(10_000)) });
export type AclDocument = z.infer<typeof acl>;

/**
 * `<drive>\System Volume Information\acl.json`: the access control lists of a drive, for the paths that have one of their own. They share
 * the fate of their drive, as on NTFS; of everything else the list is what is handed down to it.
 */
export const aclKind: DocumentKind<AclDocument> = { name: 'The list of access rights', form: acl, maxBytes: 16_000_000 };
