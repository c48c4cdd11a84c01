import * as z from 'zod/mini';

const longestTold = 20_000;

/**
 * What role code or the system said, for people to read. Too long a text is cut: the message that carries it must not be lost, since
 * the receiver would take a crash that nobody tells for a kill.
 */
export const toldText = z.string().check(z.overwrite((text) => text.slice(0, longestTold)));

/**
 * Why a process ended. The cause is a value from the kernel up to the user's screen, never a guess from a text.
 *
 * - `exited`: ended by itself with an exit code, 0 included
 * - `crashed`: ended by an error of its own (unhandled exception, failed start of the program)
 * - `killed`: ended by a signal that nobody in rolevm sent
 * - `asked`: ended because it was told to
 * - `timedOut`: killed because the time for ending it was over
 * - `jobClosed`: killed together with its job
 * - `parentLost`: ended because the process above it was gone
 * - `unseen`: ended while nobody was there to see how: its parent was gone, and the owner of its job stood still
 * - `notStarted`: the program could not be started at all
 */
export const exitCause = z.object({
  kind: z.enum(['exited', 'crashed', 'killed', 'asked', 'timedOut', 'jobClosed', 'parentLost', 'unseen', 'notStarted']),
  /** Exit code, 32 bit where it came in a message, 8 bit where only the operating system told it. */
  code: z.optional(z.int()),
  signal: z.optional(z.string().check(z.maxLength(20))),
  /** One sentence: the error's text. */
  detail: z.optional(toldText),
});

export type ExitCause = z.infer<typeof exitCause>;

/** Whether nobody needs to look at such an end: it was asked for, came with the end of the job, or was a success. */
export function wasWanted({ kind, code }: ExitCause): boolean {
  return kind === 'asked' || kind === 'jobClosed' || (kind === 'exited' && (code ?? 0) === 0);
}

/** The cause in one short phrase: `exited with code 3`, `killed by SIGKILL`. */
export function describeExit(cause: ExitCause): string {
  const code = cause.code === undefined ? '' : ` with code ${cause.code}`;
  switch (cause.kind) {
    case 'exited':
      return `exited${code}`;
    case 'crashed':
      return `crashed${code}`;
    case 'killed':
      return `killed by ${cause.signal ?? 'a signal'}`;
    case 'asked':
      return `ended as asked${code}`;
    case 'timedOut':
      return 'killed after its time to stop was over';
    case 'jobClosed':
      return 'ended with its job';
    case 'parentLost':
      return 'ended because its parent was gone';
    case 'unseen':
      return 'ended while nobody could see how';
    case 'notStarted':
      return `could not be started${cause.detail === undefined ? '' : `: ${cause.detail.replace(/\.$/, '')}`}`;
  }
}
