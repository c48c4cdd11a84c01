import { emulatorMs } from '../../contracts/timings-of-the-emulator.ts';

/** Exit code of a process that was ended by Ctrl-C. */
const endedByInterrupt = 130;

/**
 * Ctrl-C, SIGTERM and SIGHUP stop in order; a second Ctrl-C ends at once, and the keeper ends what is left.
 *
 * @param stop begins the orderly stop
 * @param giveUp called before a forced end
 */
export function stopOnSignals(stop: () => void, giveUp: () => void): void {
  let firstAt: number | undefined;
  process.on('SIGINT', () => {
    const now = performance.now();
    if (firstAt === undefined) {
      firstAt = now;
      stop();
    } else if (now - firstAt > emulatorMs.sameKey) {
      giveUp();
      process.exit(endedByInterrupt);
    }
  });
  process.on('SIGTERM', stop);
  process.on('SIGHUP', stop);
}
