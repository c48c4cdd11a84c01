import type { AzureClock } from '../../kernel/clock.ts';
import { act, whoActs } from './part.ts';
import type { World } from './world.ts';

interface ProcessTimers {
  readonly clock: AzureClock;
  work<T>(ms: number, result: () => T): Promise<T>;
  counts(): { readonly machine: number; readonly work: number };
  clear(): void;
}

interface Timer {
  readonly kind: 'machine' | 'work';
  /** Undefined once it has fallen due. */
  handle: unknown;
}

/**
 * The timers of one process on the world's clock.
 *
 * @param enter runs what has fallen due inside the process, when that can run
 */
export function timersOf(world: World, enter: (act: () => void) => void): ProcessTimers {
  const timers = new Set<Timer>();
  const set = (kind: Timer['kind'], fn: () => void, ms: number): Timer => {
    const timer: Timer = { kind, handle: undefined };
    const part = whoActs();
    timers.add(timer);
    timer.handle = world.clock.setTimeout(() => {
      timer.handle = undefined;
      // It may be cancelled while it waits for the process to go on.
      enter(() => {
        if (!timers.delete(timer)) return;
        act(part);
        fn();
      });
    }, ms);
    return timer;
  };
  const clear = (timer: Timer | undefined) => {
    if (timer === undefined) return;
    timers.delete(timer);
    if (timer.handle !== undefined) world.clock.clearTimeout(timer.handle);
  };
  const count = (kind: Timer['kind']) => [...timers].filter((timer) => timer.kind === kind).length;
  return {
    clock: {
      now: world.clock.now,
      realMs: world.clock.realMs,
      setTimeout: (fn, ms) => set('machine', fn, ms),
      clearTimeout: clear,
    },
    work: (ms, result) =>
      new Promise((resolve, reject) => {
        const done = () => {
          try {
            resolve(result());
          } catch (error) {
            reject(error);
          }
        };
        set('work', done, ms);
      }),
    counts: () => ({ machine: count('machine'), work: count('work') }),
    clear: () => {
      for (const timer of [...timers]) clear(timer);
    },
  };
}
