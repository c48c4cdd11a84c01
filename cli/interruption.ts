import { emulatorMs } from '../contracts/timings-of-the-emulator.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';

/**
 * Does something that Ctrl-C, SIGTERM and SIGHUP break off in order; a second Ctrl-C ends the command at once.
 *
 * @returns what it returns; `interrupted` when it threw because it was broken off
 */
export async function untilInterrupted(act: (signal: AbortSignal) => Promise<ExitCode>): Promise<ExitCode> {
  const interruption = new AbortController();
  let firstAt: number | undefined;
  const interrupt = () => {
    const now = performance.now();
    // Under npm one Ctrl-C arrives twice.
    if (firstAt !== undefined && now - firstAt > emulatorMs.sameKey) process.exit(exitCodes.interrupted);
    firstAt ??= now;
    interruption.abort();
  };
  for (const name of signals) process.on(name, interrupt);
  try {
    return await act(interruption.signal);
  } catch (error) {
    if (interruption.signal.aborted && error instanceof Error && error.name === 'AbortError') return exitCodes.interrupted;
    throw error;
  } finally {
    for (const name of signals) process.off(name, interrupt);
  }
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
