import type { VmEventName } from '../contracts/events.ts';
import type { HostGoal, NumberedEvent } from '../contracts/host-goal.ts';

/**
 * What the fabric wants of an instance once an event is to happen to it. It does not replace what has not happened yet: the host agent
 * lets all of that happen together, so one that waits already needs no second time.
 *
 * @param eventDone number of the last event that has happened to it
 * @param agentVersion of an update of the guest agent, which version it brings
 */
export function goalAfter(goal: HostGoal, event: VmEventName, eventDone: number, agentVersion?: string): HostGoal {
  const next = { ...goal, incarnation: goal.incarnation + 1 };
  switch (event) {
    case 'recycle':
      return { ...next, roleGeneration: goal.roleGeneration + 1 };
    case 'stop':
      return { ...next, expectedState: 'Stopped' };
    case 'start':
      return { ...next, ...withEvent(goal, event, eventDone), expectedState: 'Started' };
    default:
      return { ...next, ...withEvent(goal, event, eventDone, agentVersion) };
  }
}

/** What is wanted of an instance that is put back to a snapshot: whatever was still to happen was to happen to other drives. */
export function goalRestored(goal: HostGoal, snapshot: string, expectedState: HostGoal['expectedState'], eventDone: number): HostGoal {
  const { earlier: _, ...kept } = goal;
  const n = Math.max(goal.event?.n ?? 0, eventDone) + 1;
  return { ...kept, incarnation: goal.incarnation + 1, expectedState, event: { n, name: 'power-cycle', snapshot } };
}

/** Each upgrade flips the letter and each update of the agent brings another version, so two of them are not one. */
const countsTwice: readonly VmEventName[] = ['upgrade', 'update-agent'];

function withEvent(goal: HostGoal, name: VmEventName, eventDone: number, agentVersion?: string): Pick<HostGoal, 'event' | 'earlier'> {
  const waiting = waitingEvents(goal, eventDone);
  if (!countsTwice.includes(name) && waiting.some((event) => event.name === name)) return {};
  const version = agentVersion === undefined ? {} : { agentVersion };
  return { earlier: waiting, event: { n: Math.max(goal.event?.n ?? 0, eventDone) + 1, name, ...version } };
}

/** The events of a goal that have not happened, oldest first. */
export function waitingEvents({ event, earlier = [] }: HostGoal, eventDone: number): readonly NumberedEvent[] {
  return event === undefined ? [] : [...earlier, event].filter(({ n }) => n > eventDone);
}
