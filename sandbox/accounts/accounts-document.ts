import * as z from 'zod/mini';
import type { DocumentKind } from '../settle-document.ts';

/** Windows allows 20 characters for users and 256 for groups; the role's user has 36. */
const name = z.string().check(z.minLength(1), z.maxLength(256), z.regex(/^[^\p{Cc}"/\\[\]:;|=,+*?<>]+$/u));
const comment = z.string().check(z.maxLength(256), z.regex(/^[^\p{Cc}]*$/u));
const sid = z.string().check(z.maxLength(184), z.regex(/^S-1-\d+(-\d+)+$/));

const user = z.object({ name, sid, comment, enabled: z.boolean() });
export type UserAccount = z.infer<typeof user>;

const group = z.object({
  name,
  sid,
  comment,
  /** SIDs. */
  members: z.array(sid).check(z.maxLength(1_000)),
});
export type GroupAccount = z.infer<typeof group>;

const accounts = z.object({
  users: z.array(user).check(z.maxLength(1_000)),
  groups: z.array(group).check(z.maxLength(1_000)),
});
export type AccountsDocument = z.infer<typeof accounts>;

/** `D:\Windows\System32\config\accounts.json`: what `net user` and `net localgroup` show. No passwords: nobody checks them here. */
export const accountsKind: DocumentKind<AccountsDocument> = { name: 'The register of accounts', form: accounts, maxBytes: 16_000_000 };
