import { emulatorMs } from '../../contracts/timings-of-the-emulator.ts';
import { awakeClock } from '../../kernel/awake-clock.ts';
import type { AzureClock } from '../../kernel/clock.ts';
import { act, whoActs } from './part.ts';
import type { World } from './world.ts';

interface ProcessTimers {
  readonly clock: AzureClock;
  work<T>(ms: number, result: () => T): Promise<T>;
  /** `machine`: what the machines of the process have set; `clock`: what stands for it on the world's clock; `work`: what it does. */
  counts(): { readonly machine: number; readonly clock: number; readonly work: number };
  clear(): void;
}

interface Timer {
  readonly kind: 'clock' | 'work';
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
  // As in the product: what falls due while the process is paused is put off by the pause.
  const awake = awakeClock(
    {
      now: world.clock.now,
      realMs: world.clock.realMs,
      setTimeout: (fn, ms) => set('clock', fn, ms),
      clearTimeout: clear,
    },
    emulatorMs.stoodStill,
  );
  const machines = new Set<object>();
  return {
    clock: {
      ...awake,
      setTimeout: (fn, ms) => {
        const timer: object = awake.setTimeout(() => {
          machines.delete(timer);
          fn();
        }, ms);
        machines.add(timer);
        return timer;
      },
      clearTimeout: (timer: object | undefined) => {
        if (timer !== undefined) machines.delete(timer);
        awake.clearTimeout(timer);
      },
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
    counts: () => ({ machine: machines.size, clock: count('clock'), work: count('work') }),
    clear: () => {
      for (const timer of [...timers]) clear(timer);
    },
  };
}
