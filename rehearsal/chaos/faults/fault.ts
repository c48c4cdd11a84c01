import type { Random } from '../../../kernel/random.ts';
import type { Target } from '../target.ts';

/** What a fault has done. */
export interface Struck {
  /** For a person: what was done to what. */
  readonly what: string;
  /** Moment of the last blow, as `performance.now()`: from there on it may recover. */
  readonly since: number;
}

/** One thing that goes wrong. What it needs may not be there: then it does nothing and says so. */
export interface Fault {
  readonly kind: string;
  /** How often it is taken compared with the others, in quarters. */
  readonly weight: number;
  /** Whether it can be done to this deployment on this machine. */
  possible?(target: Target): boolean;
  /** Does it, and puts back what nobody else would. @throws LossError when what has to happen meanwhile does not */
  strike(target: Target, choose: Random): Promise<Struck>;
}

/** As it is now. */
export function struck(what: string): Struck {
  return { what, since: performance.now() };
}
