import type { ExitCause } from '../../../contracts/exit-cause.ts';
import type { RoleStart } from '../role-start.ts';

/** What the coach has seen. Moments are milliseconds since 1970. */
export type CoachFact =
  /** The fix, or another file of its name, has come to a place that is none of the application drive. */
  | { readonly type: 'staged'; readonly at: number; readonly drivePath: string; readonly isFix: boolean }
  /** A file has come to an application drive, of whichever instance, or to where one could be thought to be. */
  | {
      readonly type: 'copied';
      readonly at: number;
      readonly instance: string;
      readonly drivePath: string;
      readonly isFix: boolean;
      /** Windows would have refused it, and `--strict-locks` has taken it back. */
      readonly undone: boolean;
    }
  /** A copy of what was there before. */
  | { readonly type: 'backup'; readonly at: number; readonly drivePath: string }
  | { readonly type: 'broken into'; readonly at: number; readonly vmRestartAt?: number }
  | { readonly type: 'detached'; readonly at: number }
  | { readonly type: 'bootstrapper gone'; readonly at: number }
  | { readonly type: 'host gone'; readonly at: number }
  /** How a process of before has ended; it comes later than its end, when a debugger is at the agent much later. */
  | { readonly type: 'cause'; readonly at: number; readonly of: 'bootstrapper' | 'host'; readonly cause: ExitCause }
  /** When the bootstrapper will be started again. */
  | { readonly type: 'restart due'; readonly at: number; readonly dueAt: number }
  | { readonly type: 'start'; readonly at: number; readonly start: RoleStart }
  | { readonly type: 'loaded'; readonly at: number; readonly isFix: boolean; readonly sha256?: string };

export type Copied = Extract<CoachFact, { type: 'copied' }>;

/** What the facts say about the whole. */
export interface Observed {
  readonly staged: readonly Extract<CoachFact, { type: 'staged' }>[];
  readonly copies: readonly Copied[];
  readonly backup?: string;
  readonly brokenAt?: number;
  readonly vmRestartAt?: number;
  readonly detachedAt?: number;
  readonly bootstrapperGoneAt?: number;
  readonly bootstrapperCause?: ExitCause;
  readonly hostGoneAt?: number;
  readonly hostCause?: ExitCause;
  readonly restartDueAt?: number;
  readonly start?: RoleStart;
  readonly loaded?: Extract<CoachFact, { type: 'loaded' }>;
}

export function gather(facts: readonly CoachFact[]): Observed {
  return facts.reduce<Observed>(withFact, { staged: [], copies: [] });
}

function withFact(seen: Observed, fact: CoachFact): Observed {
  switch (fact.type) {
    case 'staged':
      return { ...seen, staged: [...seen.staged, fact] };
    case 'copied':
      return { ...seen, copies: [...seen.copies, fact].sort((one, other) => one.at - other.at) };
    case 'backup':
      return { ...seen, backup: seen.backup ?? fact.drivePath };
    case 'broken into':
      return { ...seen, brokenAt: seen.brokenAt ?? fact.at, ...(fact.vmRestartAt === undefined ? {} : { vmRestartAt: fact.vmRestartAt }) };
    case 'detached':
      return { ...seen, detachedAt: fact.at };
    case 'bootstrapper gone':
      return { ...seen, bootstrapperGoneAt: seen.bootstrapperGoneAt ?? fact.at };
    case 'host gone':
      return { ...seen, hostGoneAt: seen.hostGoneAt ?? fact.at };
    case 'cause':
      return fact.of === 'host' ? { ...seen, hostCause: fact.cause } : { ...seen, bootstrapperCause: fact.cause };
    case 'restart due':
      return { ...seen, restartDueAt: fact.dueAt };
    case 'start':
      return { ...seen, start: fact.start };
    case 'loaded':
      return { ...seen, loaded: fact };
  }
}
