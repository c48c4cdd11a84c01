import * as z from 'zod/mini';
import { exitCause } from './exit-cause.ts';
import { instanceStatuses } from './instance-status.ts';
import { startupTaskKind } from './links.ts';

/**
 * The emulator's journal: what it tells and a time line needs, one JSON object a line. It outlives its emulator, however that ends.
 */

const name = z.string().check(z.maxLength(1_000));
const sentence = z.string().check(z.maxLength(2_000));
const instant = z.string().check(
  z.maxLength(40),
  z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  z.refine((stamp) => !Number.isNaN(Date.parse(stamp))),
);
const pid = z.int().check(z.positive());
const azureMs = z.number().check(z.positive());
const driveLetter = z.string().check(z.regex(/^[C-F]$/));

/** An emulator has started: what follows is its run. It stands again at the head of each file that the run has begun. */
const runRecord = z.object({
  type: z.literal('run'),
  at: instant,
  pid,
  version: name,
  service: name,
  /** How many times faster than Azure time passes. */
  speed: z.number().check(z.positive()),
  /** The limits of this run in milliseconds of Azure time (contracts/timings.ts). */
  limits: z.object({ roleStartMs: azureMs, onStopMs: azureMs }),
  /** The last sign of life of the VMs before it: of a run that could not tell its end. */
  formerSign: z.optional(instant),
});
export type RunRecord = z.infer<typeof runRecord>;

const statusRecord = z.object({
  type: z.literal('status'),
  at: instant,
  instance: name,
  role: name,
  state: z.enum(instanceStatuses),
  details: sentence,
  restartAt: z.optional(instant),
  /** Milliseconds of Azure time since the emulator started, those left out in which it did not run: a sleeping laptop is no slow role. */
  azureMs: z.number().check(z.nonnegative()),
});
export type StatusRecord = z.infer<typeof statusRecord>;

const startRecord = z.object({
  type: z.literal('process.started'),
  at: instant,
  instance: name,
  name,
  pid,
  kind: z.enum(['played', 'task', 'program']),
  task: z.optional(startupTaskKind),
});
export type StartRecord = z.infer<typeof startRecord>;

/** What happened to the files of a drive. */
const fileRecord = z.object({
  type: z.literal('file'),
  at: instant,
  instance: name,
  what: z.enum(['patched', 'reverted', 'added', 'changed', 'deleted', 'free']),
  /** Windows would have refused it. */
  refused: z.optional(z.literal(true)),
  drivePath: z.optional(name),
  text: sentence,
});
export type FileRecord = z.infer<typeof fileRecord>;

export const journalRecord = z.discriminatedUnion('type', [
  runRecord,
  statusRecord,
  startRecord,
  fileRecord,
  z.object({ type: z.literal('process.ended'), at: instant, instance: name, name, pid, cause: exitCause }),
  z.object({
    type: z.literal('debug'),
    at: instant,
    instance: name,
    name,
    pid,
    state: z.enum(['broken into', 'suspended', 'attached', 'running']),
  }),
  /** Letters of the drives that were made anew, or put back to a snapshot. */
  z.object({
    type: z.literal('drives'),
    at: instant,
    instance: name,
    rebuilt: z.array(driveLetter).check(z.maxLength(4)),
    snapshot: z.optional(name),
  }),
  z.object({ type: z.literal('rotation'), at: instant, instance: name, inRotation: z.boolean() }),
  z.object({ type: z.literal('notice'), at: instant, instance: z.optional(name), text: sentence }),
  z.object({ type: z.literal('stopping'), at: instant }),
  z.object({ type: z.literal('stopped'), at: instant }),
]);
export type JournalRecord = z.infer<typeof journalRecord>;
