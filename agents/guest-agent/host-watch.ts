import { constants } from 'node:os';
import type { ExitCause } from '../../contracts/exit-cause.ts';
import { emulatorMs } from '../../contracts/timings-of-the-emulator.ts';
import { isAlive, type ProcessIdentity } from '../../kernel/process-table/index.ts';

/** Watches role hosts whose parent is gone: this process has adopted them, or nobody has. */
export interface HostWatch {
  /** The end of an adopted process was taken from the system. @param status as waitpid gives it */
  reaped(pid: number, status: number): void;
  /** Resolves when none of these lives, having told the end of each; never after `signal`. */
  gone(hosts: readonly ProcessIdentity[], ended: (pid: number, cause: ExitCause) => void, signal: AbortSignal): Promise<void>;
}

export function hostWatch(): HostWatch {
  const causes = new Map<number, ExitCause>();
  return {
    reaped: (pid, status) => causes.set(pid, causeOf(status)),
    gone: async (hosts, ended, signal) => {
      let living = hosts;
      for (const { pid } of hosts) causes.delete(pid);
      for (;;) {
        const dead = living.filter((host) => !isAlive(host));
        // It may just be on its way through the system: its end is told at the next look.
        await new Promise((resolve) => setTimeout(resolve, emulatorMs.lookForSpared));
        if (signal.aborted) return;
        for (const { pid } of dead) ended(pid, causes.get(pid) ?? { kind: 'unseen' });
        living = living.filter((host) => !dead.includes(host));
        if (living.length === 0) return;
      }
    },
  };
}

/** The lower seven bits are the signal, the next byte but one the exit code (wait.h). */
function causeOf(status: number): ExitCause {
  const number = status & 0x7f;
  if (number === 0) return { kind: 'exited', code: (status >> 8) & 0xff };
  const signal = Object.entries(constants.signals).find(([, candidate]) => candidate === number)?.[0];
  return { kind: 'killed', ...(signal === undefined ? {} : { signal }) };
}
