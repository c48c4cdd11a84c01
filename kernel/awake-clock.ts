import type { AzureClock } from './clock.ts';

interface Timer {
  readonly due: number;
  readonly fn: () => void;
  handle: unknown;
  /** What had been stood still when it was set the last time. */
  stoodMs: number;
}

/** A pause of the process is known to within this part of the nearest deadline, and never better than to so many tolerances. */
const looksPerDeadline = 32;
const fewestTolerances = 5;

/**
 * A clock for which the time does not count in which its process did not run: the laptop slept, or somebody has suspended the process.
 *
 * Whatever waits goes on waiting where it was, instead of being overdue at the moment of waking up: a VM is not restarted because
 * nobody was there to hear its guest agent. How long it was is told by the timer that was due first and comes too late; that one fires at
 * once, and all others are put off by as much.
 *
 * @param toleranceMs a timer that comes later than this was not held up by work; milliseconds of the clock
 */
export function awakeClock(base: AzureClock, toleranceMs: number): AzureClock {
  const pending = new Set<Timer>();
  let stoodMs = 0;
  let looking: Timer | undefined;
  const now = () => {
    const at = base.now() - stoodMs;
    const lateMs = at - earliest(pending);
    if (lateMs <= toleranceMs) return at;
    stoodMs += lateMs;
    return at - lateMs;
  };
  const arm = (timer: Timer, ms: number) => {
    timer.stoodMs = stoodMs;
    timer.handle = base.setTimeout(() => {
      const leftMs = timer.due - now();
      if (timer.stoodMs !== stoodMs && leftMs > 0) return arm(timer, leftMs);
      pending.delete(timer);
      timer.fn();
    }, ms);
  };
  const set = (fn: () => void, ms: number): Timer => {
    const timer: Timer = { due: now() + ms, fn, handle: undefined, stoodMs };
    pending.add(timer);
    arm(timer, ms);
    return timer;
  };
  const clear = (timer: Timer | undefined) => {
    if (timer !== undefined && pending.delete(timer)) base.clearTimeout(timer.handle);
  };
  // A process that has nothing else to do until a deadline would know of no pause but by the deadline itself.
  const look = () => {
    if (looking !== undefined && pending.has(looking)) {
      if (pending.size === 1) clear(looking);
      return;
    }
    const leftMs = earliest(pending) - now();
    const lookMs = Math.max(fewestTolerances * toleranceMs, leftMs / looksPerDeadline);
    looking = pending.size > 0 && leftMs > lookMs ? set(look, lookMs) : undefined;
  };
  return {
    now,
    realMs: base.realMs,
    setTimeout: (fn, ms) => {
      const timer = set(() => {
        fn();
        look();
      }, ms);
      look();
      return timer;
    },
    clearTimeout: (timer: Timer | undefined) => {
      clear(timer);
      look();
    },
  };
}

function earliest(pending: ReadonlySet<Timer>): number {
  let first = Number.POSITIVE_INFINITY;
  for (const { due } of pending) first = Math.min(first, due);
  return first;
}
