/** One finding about a user's files: what is wrong, where, and the mend. */
export interface Diagnostic {
  /** Stable code, `RV` and four digits. */
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'info';
  /** One sentence. */
  readonly message: string;
  /** Path as the user would type it. */
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
  /** From 1, in characters. */
  readonly column?: number;
  /** The element or attribute concerned: `WorkerRole`, `Task/@commandLine`. */
  readonly subject?: string;
  /** What to do next, one sentence. */
  readonly mend?: string;
}

/** A mistake of the user: shown as one sentence and its mend, never with a stack. */
export class UserError extends Error {
  override readonly name = 'UserError';

  constructor(
    readonly code: string,
    message: string,
    readonly mend?: string,
    readonly diagnostics: readonly Diagnostic[] = [],
  ) {
    super(message);
  }
}
