import fs from 'node:fs';
import path from 'node:path';
import * as z from 'zod/mini';
import { UserError } from '../../contracts/diagnostic.ts';
import { type TimingName, timings } from '../../contracts/timings.ts';

/** `rolevm.json` beside the service. */
export interface Settings {
  /** Azure milliseconds by the names of contracts/timings.ts. */
  readonly timings: Partial<Record<TimingName, number>>;
  /** What /RoleEnvironment/Deployment/@emulated says; false rehearses the cloud. */
  readonly emulated: boolean;
  /** VMs that fit on a node. */
  readonly vmsPerNode?: number;
  /** What %TEMP% of a role may hold; 100 without it (K16). */
  readonly roleTempInMB?: number;
  /** Whether a role cannot start without the certificates that its configuration names, as in Azure; without it they are optional. */
  readonly certificates?: 'required' | 'optional';
}

const milliseconds = z.optional(z.number().check(z.nonnegative(), z.maximum(31_536_000_000)));
const mostVmsPerNode = 1_000;
const form = z.strictObject({
  $schema: z.optional(z.string()),
  emulated: z.optional(z.boolean()),
  roleTempInMB: z.optional(z.number().check(z.positive(), z.maximum(1_000_000))),
  certificates: z.optional(z.enum(['required', 'optional'])),
  vmsPerNode: z.optional(z.int().check(z.positive(), z.maximum(mostVmsPerNode))),
  timings: z.optional(z.strictObject(Object.fromEntries(Object.keys(timings).map((name) => [name, milliseconds])))),
});
const mostBytes = 1_048_576;

/**
 * Reads `rolevm.json` beside the service; without one everything is as in Azure.
 *
 * @throws UserError RV4401 naming the entry that is wrong
 */
export function readSettings(servicePath: string): Settings {
  const folder = fs.statSync(servicePath).isDirectory() ? servicePath : path.dirname(servicePath);
  const file = path.join(folder, 'rolevm.json');
  const size = fs.statSync(file, { throwIfNoEntry: false })?.size;
  if (size === undefined) return { timings: {}, emulated: true };
  if (size > mostBytes) throw new UserError('RV4401', `${file} is larger than 1 MB`, 'it holds a few settings');
  const parsed = form.safeParse(parse(file));
  if (!parsed.success) throw wrongEntry(file, parsed.error.issues);
  const { $schema, timings: given = {}, emulated = true, ...others } = parsed.data;
  return { timings: given as Settings['timings'], emulated, ...(others as Partial<Settings>) };
}

function parse(file: string): unknown {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new UserError('RV4401', `${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`, 'mend it or delete it');
  }
}

function wrongEntry(
  file: string,
  issues: readonly { readonly path: readonly PropertyKey[]; readonly code?: string; readonly keys?: readonly string[] }[],
): UserError {
  const [issue] = issues;
  const at = [...(issue?.path ?? []), ...(issue?.keys ?? [])].join('.');
  const names = Object.keys(timings).join(', ');
  return new UserError(
    'RV4401',
    `${file} has an entry that does not fit: ${at === '' ? 'the whole' : at}`,
    `it may hold "emulated" (true or false), "vmsPerNode" (from 1), "roleTempInMB", "certificates" ("required" or "optional") and "timings" in milliseconds: ${names}`,
  );
}
