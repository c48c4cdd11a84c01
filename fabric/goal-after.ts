import type { VmEventName } from '../contracts/events.ts';
import type { HostGoal } from '../contracts/host-goal.ts';

/**
 * What the fabric wants of an instance once an event is to happen to it.
 *
 * @param eventDone number of the last event that has happened to it
 */
export function goalAfter(goal: HostGoal, event: VmEventName, eventDone: number): HostGoal {
  const next = { ...goal, incarnation: goal.incarnation + 1 };
  const numbered = { n: Math.max(goal.event?.n ?? 0, eventDone) + 1, name: event };
  switch (event) {
    case 'recycle':
      return { ...next, roleGeneration: goal.roleGeneration + 1 };
    case 'stop':
      return { ...next, expectedState: 'Stopped' };
    case 'start':
      return { ...next, expectedState: 'Started', event: numbered };
    default:
      return { ...next, event: numbered };
  }
}
