import { assign, enqueueActions, type PromiseActorLogic, sendTo, setup } from 'xstate';
import type { FaultName } from '../../contracts/faults.ts';
import type { HostGoal, NumberedEvent } from '../../contracts/host-goal.ts';
import type { InstanceStatus } from '../../contracts/instance-status.ts';
import type { GoalState, ToService } from '../../contracts/links.ts';
import type { Timings } from '../../contracts/timings.ts';
import type { ServiceSpec } from '../vm/service.machine.ts';
import { type VmActors, type VmCommand, type VmEvent, vmMachine } from '../vm/vm.machine.ts';
import type { AgentVersions } from './agent-versions.ts';
import {
  agentIsToBeReplaced,
  agentToInstall,
  cutsPower,
  driveEvents,
  fatesOfDue,
  isAbrupt,
  stopsWindows,
  updateIsDone,
  wantsRoleEnded,
} from './due-events.ts';
import type { GuestLost, HostAgentTells } from './host-agent.tells.ts';
import { bootsOn, type HostCondition, hasFailedTooOften, isAway } from './host-condition.ts';

/** What the fabric controller asks of the host agent of one instance. */
export type HostAgentCommand =
  | { readonly type: 'goal'; readonly goal: HostGoal }
  /** What is to go wrong from now on: all of it. */
  | { readonly type: 'faults'; readonly faults: readonly FaultName[]; readonly bootFailures?: number }
  /** Whether other guests of the node have still to go down for an update of the host. */
  | { readonly type: 'otherGuests'; readonly areOn: boolean };

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

interface HostAgentContext {
  readonly timings: Timings;
  readonly services: readonly ServiceSpec[];
  readonly goal: HostGoal;
  /** Number of the last event that has happened. */
  readonly eventDone: number;
  /** Incarnation of the last goal that the guest agent was told: an event takes two of them, the role's end and its start. */
  readonly told: number;
  /** The guest agent's last word, to return to after a silence. */
  readonly reported: { readonly status: InstanceStatus; readonly details: string };
  /** Number of the last question that the guest agent was asked. */
  readonly beat: number;
  /** The last one of a silence. */
  readonly missed: number;
  /** A program of the VM wants Windows to restart. */
  readonly rebootAsked: boolean;
  /** What is to go wrong. */
  readonly faults: readonly FaultName[];
  readonly host: HostCondition;
  /** Versions of the guest agent. */
  readonly agent: AgentVersions;
}

export interface HostAgentActors extends VmActors {
  /**
   * Makes the drives as they have to be after these events, or those that do not exist yet, and writes the VM's document.
   *
   * @returns the number of the last event that has happened then
   */
  readonly changeDrives: PromiseActorLogic<number, readonly NumberedEvent[]>;
}

export interface HostAgentInput {
  readonly timings: Timings;
  readonly services: readonly ServiceSpec[];
  /** As it was when this host agent took the VM over. */
  readonly eventDone: number;
  /** Version of the guest agent that was wanted then; undefined for whatever is installed. */
  readonly agentVersion?: string | undefined;
  /** Of a host and a VM that are well without it. */
  readonly host?: HostCondition;
  readonly faults?: readonly FaultName[];
}

/** The words that the host agent's statechart is written in: its events, what it remembers, its delays, guards and actions. */
export function hostAgentWords(actors: HostAgentActors, tells: HostAgentTells) {
  const vm = vmMachine(actors);
  return setup({
    types: { context: {} as HostAgentContext, events: {} as HostAgentEvent },
    actors: { changeDrives: actors.changeDrives, vm },
    delays: {
      createVm: ({ context }) => context.timings.createVmMs,
      hostOverdue: ({ context }) => context.timings.hostOverdueMs,
      hostReboot: ({ context }) => context.timings.hostRebootMs,
      heartbeat: ({ context }) => context.timings.hostHeartbeatMs,
      firstReport: ({ context }) => context.timings.bootVmMs + context.timings.firstHeartbeatMs,
      firstHeartbeat: ({ context }) => context.timings.firstHeartbeatMs,
      guestLate: ({ context: { timings } }) =>
        Math.max(timings.heartbeatLateMs, lateBeats * timings.hostHeartbeatMs) + timings.heartbeatMissedMs,
      longWait: ({ context }) => context.timings.longWaitMs,
      unresponsive: ({ context }) => context.timings.guestUnresponsiveMs,
      bootLost: ({ context }) => context.timings.guestLostMs,
      driveRetry: ({ context }) => context.timings.longWaitMs,
      lost: ({ context }) => Math.max(0, context.timings.guestLostMs - context.timings.guestUnresponsiveMs),
    },
    guards: {
      isNewer: ({ context }, goal: HostGoal) => goal.incarnation > context.goal.incarnation,
      wantsOn: ({ context }) => context.goal.incarnation > 0 && context.goal.power === 'on',
      wantsOff: ({ context }) => context.goal.incarnation > 0 && context.goal.power === 'off',
      wantsStarted: ({ context }) => context.goal.expectedState === 'Started',
      wantsStopped: ({ context }) => context.goal.expectedState === 'Stopped',
      eventIsDue: ({ context }) => driveEvents(context).length > 0,
      agentIsToBeLaid: ({ context }) => agentToInstall(context) !== undefined && agentToInstall(context) !== context.agent.laid,
      agentIsToBeReplaced: ({ context }) => agentIsToBeReplaced(context),
      updateIsDone: ({ context }) => updateIsDone(context),
      /** Nobody in the role is asked. */
      eventIsAbrupt: ({ context }) => isAbrupt(context),
      eventCutsPower: ({ context }) => fatesOfDue(context).some(cutsPower),
      eventLeavesWindowsOn: ({ context }) => driveEvents(context).length > 0 && !stopsWindows(context),
      eventMakesNewVm: ({ context }) => fatesOfDue(context).some(({ windows }) => windows === 'is that of a new VM'),
      eventTakesHost: ({ context }) => driveEvents(context).some(({ name }) => name === 'update-host'),
      hostIsAway: ({ context }) => isAway(context.faults),
      othersAreOn: ({ context }) => context.host.othersAreOn,
      bootsFailTooOften: ({ context }) => hasFailedTooOften(context.host),
      isRebootAsked: ({ context }) => context.rebootAsked,
      wantsRoleEnded: ({ context }) => wantsRoleEnded(context),
    },
    actions: {
      takeGoal: assign((_, goal: HostGoal) => ({ goal })),
      tellStatus: (_, params: { status: InstanceStatus; details?: string; restartAt?: string | undefined }) =>
        tells.status(params.status, params.details ?? '', params.restartAt),
      tellGuestAgent: sendTo('vm', (_, message: ToService): VmCommand => ({ type: 'vm.tell', service: 'WindowsAzureGuestAgent', message })),
      noteInstalled: assign(({ context }, installed: string | undefined) => ({ agent: { ...context.agent, installed } })),
      tellWaAppAgent: sendTo('vm', (_, message: ToService): VmCommand => ({ type: 'vm.tell', service: 'WaAppAgent', message })),
      tellGoal: enqueueActions(({ context, enqueue }) => {
        // What ends the role without asking anybody is not announced either: it would begin with OnStop (K4).
        if (isAbrupt(context)) return;
        enqueue.assign({ told: context.told + 1 });
        enqueue.sendTo('vm', goalMessage(context, context.told + 1));
      }),
      tellLost: (_, how: GuestLost) => tells.guestLost(how),
      beginBoot: enqueueActions(({ context, enqueue }) => {
        const host = bootsOn(context.host, context.faults);
        enqueue.assign({ host });
        if (host.bootFails && host.bootsToFail === 0) enqueue(() => tells.bootFaultSpent());
      }),
      bootFailed: enqueueActions(({ context, enqueue }) => {
        const host = { ...context.host, bootsFailed: context.host.bootsFailed + 1 };
        enqueue.assign({ host });
        enqueue(() => tells.guestLost(hasFailedTooOften(host) ? 'boots' : 'boot'));
      }),
      forgetFailedBoots: assign({ host: ({ context }) => ({ ...context.host, bootsFailed: 0 }) }),
      takeFaults: assign(({ context }, { faults, bootFailures }: { faults: readonly FaultName[]; bootFailures?: number }) => ({
        faults,
        host: { ...context.host, bootsToFail: bootFailures ?? context.host.bootsToFail },
      })),
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

function goalMessage(context: HostAgentContext, incarnation: number): VmCommand {
  const expectedState = wantsRoleEnded(context) ? 'Stopped' : 'Started';
  const goal: GoalState = {
    incarnation,
    expectedState,
    roleGeneration: context.goal.roleGeneration,
    ...(stopsWindows(context) ? { stopsContainer: true } : {}),
  };
  return { type: 'vm.tell', service: 'WindowsAzureGuestAgent', message: { type: 'goal', goal } };
}
