import type { Instance } from '../agents/host-agent/start-instance.ts';
import type { VmEventName } from '../contracts/events.ts';
import type { HostGoal } from '../contracts/host-goal.ts';
import { goalAfter } from './goal-after.ts';
import type { InstanceRecord } from './instance-record.ts';

/** One instance as the fabric controller has it. */
export interface ControlledInstance {
  readonly name: string;
  readonly vmRoot: string;
  readonly updateDomain: number;
  readonly record: InstanceRecord;
  readonly started: Instance;
  goal: HostGoal;
}

/** What an end of the emulator has interrupted goes on, whatever has happened since; but its end was not that of the deployment. */
export function firstGoal(kept: HostGoal | undefined, events: readonly VmEventName[], eventDone: number): HostGoal {
  const fresh = { incarnation: 0, expectedState: 'Started', power: 'on', roleGeneration: 0 } as const;
  const goal: HostGoal = { ...fresh, ...kept, power: 'on' };
  const after = events.reduce((before, event) => goalAfter(before, event, eventDone), goal);
  return { ...after, incarnation: goal.incarnation + 1, expectedState: goal.expectedState };
}
