import { emulatorMs } from '../../contracts/timings-of-the-emulator.ts';
import type { AzureClock } from '../../kernel/clock.ts';

/** When a VM is restarted because its guest agent is silent (AB 10.6), as a moment that users can read. */
export interface SilenceFuse {
  /** The guest agent has given a sign of life. */
  heard(): void;
  /** @returns ISO 8601; undefined before the first sign of life */
  burnsOutAt(): string | undefined;
}

/**
 * @param clock the one that the host agent's machine runs by: what it has slept counts neither here nor there
 * @param lostMs Azure milliseconds
 */
export function silenceFuse(clock: AzureClock, lostMs: number): SilenceFuse {
  let heardAt: number | undefined;
  let told = 0;
  return {
    heard: () => {
      heardAt = clock.now();
      told = 0;
    },
    burnsOutAt: () => {
      if (heardAt === undefined) return undefined;
      const at = Date.now() + clock.realMs(heardAt + lostMs - clock.now());
      // The same to the millisecond whenever it is asked for; only a sleep puts it off.
      if (Math.abs(at - told) > emulatorMs.stoodStill) told = at;
      return new Date(told).toISOString();
    },
  };
}
