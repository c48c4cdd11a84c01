import { openEventLog } from '../../logs/event-log.ts';
import { knownEvents } from '../../logs/known-events.ts';
import { readEvents } from '../../logs/read-events.ts';

/** What Windows itself writes into the System log at its start and end (AB 7.3). */
export interface SystemEvents {
  boots(): void;
  /** Windows is shut down in order, by the platform or by `shutdown` inside the VM. */
  shutsDown(by: 'platform' | 'inside'): void;
}

/**
 * The System log of a VM, written by the VM actor, which plays Windows.
 *
 * @param directory host path of the event logs
 * @param machine name of the VM
 */
export function systemEvents(directory: string, machine: string): SystemEvents {
  const log = openEventLog({ directory, writer: 'Windows' });
  return {
    boots: () => {
      // D: may have been taken away since the last line, and be on its way to be deleted: what is written to its files is lost.
      log.close();
      const bootedAt = new Date().toISOString();
      const former = readEvents(directory);
      log.write(knownEvents.systemStarted(new Date()));
      log.write(knownEvents.eventLogStarted());
      void former.then((entries) => {
        const last = entries.findLast((entry) => entry.log === 'System' && entry.time < bootedAt);
        // No EventLog service stopped before: the power was cut (W).
        if (last !== undefined && last.id !== 6006) log.write(knownEvents.shutdownWasUnexpected(new Date(last.time)));
      });
    },
    shutsDown: (by) => {
      log.write(by === 'platform' ? knownEvents.shutdownInitiated(machine) : knownEvents.shutdownInitiated(machine, shutdownProgram));
      log.write(knownEvents.systemStopping(new Date()));
      log.write(knownEvents.eventLogStopped());
    },
  };
}

/** In Azure the platform starts a VM again that has shut itself down (I), so `shutdown /s` is a restart as `shutdown /r` is. */
const shutdownProgram = 'D:\\Windows\\System32\\shutdown.exe';
