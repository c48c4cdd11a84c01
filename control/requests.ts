import * as z from 'zod/mini';
import { UserError } from '../contracts/diagnostic.ts';
import { vmEvents } from '../contracts/events.ts';
import { faultNames, mostFailingBoots } from '../contracts/faults.ts';

const name = z.string().check(z.minLength(1), z.maxLength(260));
const path = z.string().check(z.minLength(1), z.maxLength(4_096));
const longestWaitMs = 24 * 3_600_000;
const waitMs = z.number().check(z.nonnegative(), z.maximum(longestWaitMs));

/** What commands may ask, by route. Unknown members are refused: a misspelt one would be ignored in silence otherwise. */
const requestSchemas = {
  kill: z.strictObject({ target: name, instance: z.optional(name), tree: z.optional(z.boolean()) }),
  event: z.strictObject({ event: z.enum(vmEvents), instance: z.optional(name), agentVersion: z.optional(name) }),
  patch: z.strictObject({
    source: path,
    destination: z.optional(path),
    instance: z.optional(name),
    waitMs: z.optional(waitMs),
  }),
  debug: z.strictObject({
    action: z.enum(['break', 'attach', 'detach', 'list']),
    target: z.optional(name),
    instance: z.optional(name),
  }),
  fault: z.strictObject({
    action: z.enum(['set', 'clear', 'list']),
    fault: z.optional(z.enum(faultNames)),
    instance: z.optional(name),
    times: z.optional(z.int().check(z.positive(), z.maximum(mostFailingBoots))),
  }),
  plan: z.strictObject({ event: z.enum(vmEvents), instance: z.optional(name) }),
  revert: z.strictObject({ file: z.optional(path), instance: z.optional(name), waitMs: z.optional(waitMs) }),
  restore: z.strictObject({ snapshot: name }),
  stop: z.strictObject({ remove: z.optional(z.boolean()) }),
} as const;

/**
 * A request's body in its checked form.
 *
 * @throws UserError RV4001 that names the member concerned
 */
export function parseRequest<Route extends keyof typeof requestSchemas>(
  route: Route,
  body: unknown,
): z.infer<(typeof requestSchemas)[Route]> {
  const result = z.safeParse(requestSchemas[route], body ?? {});
  if (result.success) return result.data as z.infer<(typeof requestSchemas)[Route]>;
  throw new UserError(
    'RV4001',
    `${route} was asked in a form that is not understood: ${flaw(result.error.issues[0])}`,
    `see rolevm help ${route}`,
  );
}

function flaw(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code === 'unrecognized_keys') return `${issue.keys.join(', ')} is not known`;
  const member = issue?.path.join('.') ?? '';
  return member === '' ? 'the request is not an object' : `${member} is missing or not as it must be`;
}
