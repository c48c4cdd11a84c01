import { processTable } from './system.ts';
import type { ProcessIdentity } from './types.ts';

/** The process that has this pid now; undefined when there is none, or only one that has ended and is not reaped. */
export function processIdentity(pid: number): ProcessIdentity | undefined {
  const entry = processTable.read(pid);
  return entry === undefined || entry.state === 'Z' || entry.state === 'X' ? undefined : { pid, startTicks: entry.startTicks };
}

/** Whether that very process lives: one that has ended and is not reaped does not, nor does another one under its pid. */
export function isAlive(identity: ProcessIdentity): boolean {
  return processIdentity(identity.pid)?.startTicks === identity.startTicks;
}

/**
 * Sends a signal to that very process and to no other one that has got its pid meanwhile.
 *
 * @returns false when the process has gone
 * @throws Error with code EPERM when it belongs to somebody else
 */
export function killIdentity(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isAlive(identity)) return false;
  try {
    process.kill(identity.pid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
