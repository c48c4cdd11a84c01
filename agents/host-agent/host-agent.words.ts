import { enqueueActions, type PromiseActorLogic, sendTo, setup } from 'xstate';
import type { FaultName } from '../../contracts/faults.ts';
import type { InstanceStatus } from '../../contracts/instance-status.ts';
import type { GoalState, ToService } from '../../contracts/links.ts';
import type { Timings } from '../../contracts/timings.ts';
import type { ServiceEvent, ServiceSpec } from '../vm/service.machine.ts';
import { type VmActors, type VmCommand, type VmEvent, vmMachine } from '../vm/vm.machine.ts';

/** What the fabric controller asks of the host agent of one instance. */
export type HostAgentCommand =
  | { readonly type: 'goal'; readonly goal: GoalState }
  /** What is to go wrong from now on: all of it. */
  | { readonly type: 'faults'; readonly faults: readonly FaultName[] };

export type HostAgentEvent =
  | HostAgentCommand
  | VmEvent
  /** The guest agent has told its role's status, which is to be told first. */
  | { readonly type: 'guest.reported' }
  /** It has said something else by itself. */
  | { readonly type: 'guest.heard' }
  /** It has answered the question with this number. */
  | { readonly type: 'guest.answered'; readonly n: number }
  /** Its process has ended, or the next one was started. */
  | { readonly type: 'agent.gone' }
  | { readonly type: 'agent.started' };

/** Why a VM is ended without asking it: its guest agent never reported, has fallen silent, or cannot hear that it is to stop. */
export type GuestLost = 'boot' | 'silence' | 'stop';

interface HostAgentContext {
  readonly timings: Timings;
  readonly services: readonly ServiceSpec[];
  readonly goal: GoalState;
  /** The guest agent's last word, to return to after a silence. */
  readonly reported: { readonly status: InstanceStatus; readonly details: string };
  /** Number of the last question that the guest agent was asked. */
  readonly beat: number;
  /** The last one of a silence. */
  readonly missed: number;
  /** The guest agent's process has ended or is the next one, and has not spoken since. */
  readonly agentAnew: boolean;
  /** What is to go wrong. */
  readonly faults: readonly FaultName[];
}

export interface HostAgentActors extends VmActors {
  /** Builds the drives and writes the VM's document. */
  readonly createVm: PromiseActorLogic<void>;
}

export interface HostAgentTells {
  status(status: InstanceStatus, details: string, restartAt?: string): void;
  service(event: ServiceEvent): void;
  /** The guest agent has given a sign of life: the ten minutes begin anew. */
  guestHeard(): void;
  /** It is late with its first sign of life, or with the next; long before the instance is Unresponsive. */
  guestLate(): void;
  guestLost(how: GuestLost): void;
  /** The drives take long to make. */
  creationIsLong(): void;
  /** Windows starts. */
  boots(): void;
  /** Windows is shut down in order, by the platform. */
  shutsDown(): void;
}

/** The words that the host agent's statechart is written in: its events, what it remembers, its delays, guards and actions. */
export function hostAgentWords(actors: HostAgentActors, tells: HostAgentTells) {
  const vm = vmMachine(actors);
  return setup({
    types: { context: {} as HostAgentContext, events: {} as HostAgentEvent },
    actors: { createVm: actors.createVm, vm },
    delays: {
      createVm: ({ context }) => context.timings.createVmMs,
      heartbeat: ({ context }) => context.timings.hostHeartbeatMs,
      firstReport: ({ context }) => context.timings.bootVmMs + context.timings.firstHeartbeatMs,
      firstHeartbeat: ({ context }) => context.timings.firstHeartbeatMs,
      guestLate: ({ context: { timings } }) =>
        Math.max(timings.heartbeatLateMs, lateBeats * timings.hostHeartbeatMs) + timings.heartbeatMissedMs,
      longWait: ({ context }) => context.timings.longWaitMs,
      unresponsive: ({ context }) => context.timings.guestUnresponsiveMs,
      bootLost: ({ context }) => context.timings.guestLostMs,
      lost: ({ context }) => Math.max(0, context.timings.guestLostMs - context.timings.guestUnresponsiveMs),
    },
    guards: {
      wantsStarted: ({ context }) => context.goal.expectedState === 'Started',
      agentRuns: ({ context }) => !context.agentAnew,
      wantsStopped: ({ context }) => context.goal.expectedState === 'Stopped',
    },
    actions: {
      tellStatus: (_, params: { status: InstanceStatus; details?: string; restartAt?: string | undefined }) =>
        tells.status(params.status, params.details ?? '', params.restartAt),
      tellGuestAgent: sendTo('vm', (_, message: ToService): VmCommand => ({ type: 'vm.tell', service: 'WindowsAzureGuestAgent', message })),
      tellLost: (_, how: GuestLost) => tells.guestLost(how),
      tellFaults: sendTo('vm', ({ context }) => faultsMessage(context)),
      /** One that starts knows of none. */
      remindOfFaults: enqueueActions(({ context, enqueue }) => {
        if (context.faults.length > 0) enqueue.sendTo('vm', faultsMessage(context));
      }),
      tellVm: sendTo('vm', (_, command: VmCommand) => command),
    },
  });
}

function faultsMessage({ faults }: HostAgentContext): VmCommand {
  return { type: 'vm.tell', service: 'WindowsAzureGuestAgent', message: { type: 'faults', faults: [...faults] } };
}

/** As for the guest agent's own questions. */
const lateBeats = 1.2;

/** What is to be said of the instance when its guest agent has ended unasked, until the next one speaks. */
export const guestAgentGone = {
  status: 'RestartingRole',
  details: 'Role has encountered an error and has stopped. WindowsAzureGuestAgent is gone.',
} as const satisfies HostAgentContext['reported'];
