import * as z from 'zod/mini';
import type { DocumentKind } from '../settle-document.ts';

/** Without control characters: it is printed. */
const text = z.string().check(z.maxLength(1_000), z.regex(/^[^\p{Cc}]*$/u));
const onOff = z.enum(['on', 'off']);

const profile = z.object({
  state: onOff,
  /** What happens to connections that no rule is about. */
  inbound: z.enum(['block', 'allow']),
  outbound: z.enum(['block', 'allow']),
});
export type FirewallProfile = z.infer<typeof profile>;

/** A rule with the fields of `netsh advfirewall firewall show rule`, in its words: `Any`, `80`, `10000-10010`, `10.0.0.4,10.0.0.5`. */
const firewallRule = z.object({
  name: text,
  enabled: z.boolean(),
  direction: z.enum(['in', 'out']),
  profiles: z.array(z.enum(['domain', 'private', 'public'])).check(z.minLength(1), z.maxLength(3)),
  /** Empty where the rule belongs to no group; `netsh … add rule` cannot give one. */
  grouping: text,
  localIP: text,
  remoteIP: z.string().check(z.maxLength(50_000), z.regex(/^[^\p{Cc}]*$/u)),
  /** `TCP`, `UDP`, `Any`, `ICMPv4`, or a number. */
  protocol: text,
  localPort: text,
  remotePort: text,
  edgeTraversal: z.boolean(),
  action: z.enum(['allow', 'block', 'bypass']),
  program: z.optional(text),
  description: z.optional(text),
});
export type FirewallRule = z.infer<typeof firewallRule>;

const firewall = z.object({
  profiles: z.object({ domain: profile, private: profile, public: profile }),
  /** In the order in which they were added; several may have the same name (netsh). */
  rules: z.array(firewallRule).check(z.maxLength(5_000)),
});
export type FirewallDocument = z.infer<typeof firewall>;

/** `D:\Windows\System32\config\firewall.json`. */
export const firewallKind: DocumentKind<FirewallDocument> = { name: 'The firewall', form: firewall, maxBytes: 16_000_000 };
