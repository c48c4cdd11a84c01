import { type PromiseActorLogic, sendTo, setup } from 'xstate';
import type { InstanceStatus } from '../../contracts/instance-status.ts';
import type { GoalState, ToService } from '../../contracts/links.ts';
import type { Timings } from '../../contracts/timings.ts';
import type { ServiceEvent, ServiceSpec } from '../vm/service.machine.ts';
import { type VmActors, type VmCommand, type VmEvent, vmMachine } from '../vm/vm.machine.ts';

/** What the fabric controller asks of the host agent of one instance. */
export type HostAgentCommand = { readonly type: 'goal'; readonly goal: GoalState };

export type HostAgentEvent =
  | HostAgentCommand
  | VmEvent
  /** The guest agent has told its role's status, which is to be told first. */
  | { readonly type: 'guest.reported' }
  /** It has said something else by itself. */
  | { readonly type: 'guest.heard' }
  /** It has answered the question with this number. */
  | { readonly type: 'guest.answered'; readonly n: number };

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
      unresponsive: ({ context }) => context.timings.guestUnresponsiveMs,
      bootLost: ({ context }) => context.timings.guestLostMs,
      lost: ({ context }) => Math.max(0, context.timings.guestLostMs - context.timings.guestUnresponsiveMs),
    },
    guards: {
      wantsStarted: ({ context }) => context.goal.expectedState === 'Started',
      wantsStopped: ({ context }) => context.goal.expectedState === 'Stopped',
    },
    actions: {
      tellStatus: (_, params: { status: InstanceStatus; details?: string; restartAt?: string | undefined }) =>
        tells.status(params.status, params.details ?? '', params.restartAt),
      tellGuestAgent: sendTo('vm', (_, message: ToService): VmCommand => ({ type: 'vm.tell', service: 'WindowsAzureGuestAgent', message })),
      tellVm: sendTo('vm', (_, command: VmCommand) => command),
    },
  });
}

/** What is to be said of the instance when its guest agent has ended unasked, until the next one speaks. */
export const guestAgentGone = {
  status: 'RestartingRole',
  details: 'Role has encountered an error and has stopped. WindowsAzureGuestAgent is gone.',
} as const satisfies HostAgentContext['reported'];
