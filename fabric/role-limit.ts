import type { InstanceStatus } from '../contracts/instance-status.ts';
import type { Timings } from '../contracts/timings.ts';

/**
 * What the fabric counts for an instance:
 * - `start`: its way to Ready; after thirty minutes the walk goes on to the next upgrade domain (AB 10.3)
 * - `stop`: its orderly stop; after five minutes of OnStop the host is killed (AB 3.4)
 */
export type RoleLimit = 'start' | 'stop';

/**
 * Which of the two runs while an instance is in a state.
 *
 * An attempt that has failed ends the count: a role that cycles makes no progress, which is another rule than being slow (K9).
 *
 * @param before what ran until now; a Busy role may be on its way up, on its way down, or have said so itself
 */
export function limitIn(state: InstanceStatus, before: RoleLimit | undefined): RoleLimit | undefined {
  switch (state) {
    case 'CreatingRole':
    case 'StartingRole':
      return 'start';
    case 'StoppingRole':
      return 'stop';
    // A silent guest agent stops nothing of this.
    case 'BusyRole':
    case 'UnresponsiveRole':
      return before;
    default:
      return undefined;
  }
}

/** The limit in milliseconds of Azure time. */
export function limitMs(limit: RoleLimit, { roleStartMs, onStopMs }: Pick<Timings, 'roleStartMs' | 'onStopMs'>): number {
  return limit === 'start' ? roleStartMs : onStopMs;
}
