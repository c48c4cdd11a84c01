import { emulatorMs } from '../contracts/timings-of-the-emulator.ts';
import { awakeClock } from './awake-clock.ts';

/** The clock that XState's machines take their delays from (its `Clock`, which the package does not export by name). */
interface Clock {
  // biome-ignore lint/suspicious/noExplicitAny: the handle is whatever the clock makes of it; XState declares it so.
  setTimeout(fn: (...args: any[]) => void, timeout: number): any;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  clearTimeout(id: any): void;
}

/** A clock for machines that also tells the time, in milliseconds of Azure time. */
export interface AzureClock extends Clock {
  /** Azure milliseconds since the clock was made; the product's clock leaves out those in which its process did not run. */
  now(): number;
  /** Real milliseconds that so many Azure milliseconds take. */
  realMs(azureMs: number): number;
}

// Node turns a longer timer into one of 1 ms.
const longestTimerMs = 2 ** 31 - 1;

/**
 * The clock of the product: real time, run `speed` times faster, without the time in which this process did not run.
 *
 * @param speed more than 0; 60 makes an hour a minute
 */
export function scaledClock(speed: number): AzureClock {
  return awakeClock(fasterClock(speed), emulatorMs.stoodStill * speed);
}

function fasterClock(speed: number): AzureClock {
  const startedAt = monotonicMs();
  return {
    now: () => (monotonicMs() - startedAt) * speed,
    realMs: (azureMs) => azureMs / speed,
    setTimeout: (fn, azureMs) => longTimer(fn, azureMs / speed),
    clearTimeout: (timer: LongTimer | undefined) => timer?.cancel(),
  };
}

/** Not performance.now(): the first look at `performance` loads half a millisecond of it. */
function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1_000_000;
}

interface LongTimer {
  cancel(): void;
}

function longTimer(fn: (...args: unknown[]) => void, ms: number): LongTimer {
  let left = ms;
  let handle: NodeJS.Timeout;
  const arm = () => {
    const slice = Math.min(left, longestTimerMs);
    left -= slice;
    handle = setTimeout(() => (left > 0 ? arm() : fn()), slice);
  };
  arm();
  return { cancel: () => clearTimeout(handle) };
}
