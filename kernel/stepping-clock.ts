import type { AzureClock } from './clock.ts';

/** A clock that stands still until it is told to go on; timers fire in order, each at its own time. */
export interface SteppingClock extends AzureClock {
  /** Lets so many milliseconds pass, firing what falls due on the way, also timers that were set meanwhile. */
  advance(ms: number): void;
  /** Goes to the next timer that falls due within so many milliseconds and fires it. @returns false when there is none; time has not passed then */
  step(withinMs: number): boolean;
  /** Lets so many milliseconds pass without firing anything, as while the process does not run; what fell due fires late, at the next advance. */
  standStill(ms: number): void;
  /** How many timers are set. */
  pending(): number;
}

/** For tests and the simulator. XState's own SimulatedClock jumps first and fires then, so that chained timers come late. */
export function steppingClock(): SteppingClock {
  let time = 0;
  let nextId = 1;
  const timers = new Map<number, { readonly at: number; readonly fn: () => void }>();
  const fireNext = (end: number) => {
    const due = earliest(timers, end);
    const timer = due === undefined ? undefined : timers.get(due);
    if (due === undefined || timer === undefined) return false;
    timers.delete(due);
    time = Math.max(time, timer.at);
    timer.fn();
    return true;
  };
  return {
    now: () => time,
    realMs: (azureMs) => azureMs,
    setTimeout: (fn, ms) => {
      const id = nextId++;
      timers.set(id, { at: time + ms, fn });
      return id;
    },
    clearTimeout: (id: number) => {
      timers.delete(id);
    },
    advance: (ms) => {
      const end = time + ms;
      while (fireNext(end));
      time = end;
    },
    standStill: (ms) => {
      time += ms;
    },
    step: (withinMs) => fireNext(time + withinMs),
    pending: () => timers.size,
  };
}

function earliest(timers: ReadonlyMap<number, { readonly at: number }>, end: number): number | undefined {
  let found: number | undefined;
  let foundAt = Number.POSITIVE_INFINITY;
  for (const [id, { at }] of timers) {
    if (at <= end && at < foundAt) {
      found = id;
      foundAt = at;
    }
  }
  return found;
}
