import type { VmEventName } from './events.ts';
import type { GoalState } from './links.ts';

/** An event that is to happen to a VM. The number rises by one with each, and what has been done is known by it. */
export interface NumberedEvent {
  readonly n: number;
  readonly name: VmEventName;
  /** Of `power-cycle`: the drives are put back to this snapshot meanwhile, which Azure cannot do. */
  readonly snapshot?: string;
  /** Of `update-agent`: the version of WindowsAzureGuestAgent that is to be. */
  readonly agentVersion?: string;
}

/** What the fabric wants of one instance, as its host agent hears it; the guest agent hears the goal state alone. */
export interface HostGoal extends GoalState {
  /** `off` when the emulator ends: a stopped deployment keeps its VMs on (K17). */
  readonly power: 'on' | 'off';
  /** The last event that has to have happened. */
  readonly event?: NumberedEvent;
  /** Those before it that had not happened when it came, oldest first: it does not replace them. */
  readonly earlier?: readonly NumberedEvent[];
}
