/** What became of one fault. */
export interface FaultResult {
  /** From 1. */
  readonly number: number;
  /** Repeats this fault alone, as `--seed N --faults 1`. */
  readonly seed: number;
  readonly kind: string;
  /** What was done to what; the names of processes with their pids. */
  readonly what: string;
  /** Real milliseconds from the last blow until every instance was Ready and everything at rest; missing when it was lost. */
  readonly readyMs?: number;
  readonly loss?: Loss;
}

export interface Loss {
  /** What must not be, one sentence without its end. */
  readonly text: string;
  /** What the emulator and the logs of the instances have told since the fault. */
  readonly story: readonly string[];
}

export interface KindSummary {
  readonly kind: string;
  readonly count: number;
  readonly losses: number;
  readonly medianReadyMs?: number;
  readonly longestReadyMs?: number;
}

export interface ChaosSummary {
  readonly seed: number;
  readonly faults: number;
  readonly losses: number;
  readonly medianReadyMs?: number;
  readonly longestReadyMs?: number;
  readonly kinds: readonly KindSummary[];
  /** Why it ended before everything was done. */
  readonly ended?: 'interrupted' | 'not at rest any more';
}

/** Something that must not be, found while a fault is made. */
export class LossError extends Error {
  override readonly name = 'LossError';
}
