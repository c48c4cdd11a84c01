import { assign, type PromiseActorLogic, sendTo, setup, stateIn } from 'xstate';
import type { ExitCause } from '../../contracts/exit-cause.ts';
import type { FaultName } from '../../contracts/faults.ts';
import type { InstanceStatus } from '../../contracts/instance-status.ts';
import type { BootstrapperOutcome, FromBootstrapper, GoalState, ToBootstrapper, ToService } from '../../contracts/links.ts';
import { cyclingThreshold, type Timings } from '../../contracts/timings.ts';
import type { ProcessCommand, ProcessEvent, ProcessLogic } from '../../kernel/process-logic.ts';
import type { ProcessIdentity } from '../../kernel/process-table/index.ts';
import type { StartedProcess } from '../../kernel/start-process.ts';

export type GuestAgentEvent = ToService | ProcessEvent<FromBootstrapper> | { readonly type: 'beat' };

interface GuestAgentContext {
  readonly timings: Timings;
  readonly now: () => number;
  readonly goal: GoalState;
  /** Generation of the role that is running or was started last. */
  readonly generation: number;
  /** Azure times of failures that still count towards CyclingRole. */
  readonly failures: readonly number[];
  /** What the present bootstrapper said of its own end. */
  readonly outcome?: BootstrapperOutcome | undefined;
  readonly details: string;
  readonly beat: number;
  /** Azure time of the last heartbeat. */
  readonly beatAt: number;
  /** What is to go wrong, as the host agent has told it last. */
  readonly faults: readonly FaultName[];
  /** Role hosts that have outlived their job. */
  readonly outliving: readonly ProcessIdentity[];
}

export interface JobEnding {
  /** Leaves the role host alone, with the role's program below it. */
  readonly spareHost: boolean;
}

/** What the machine decides about but does not do. */
export interface GuestAgentActors {
  /** Firewall, LocalStorage, C:\Config (AB 3.2 phase 0). */
  readonly prepareGuest: PromiseActorLogic<void>;
  readonly bootstrapper: ProcessLogic<ToBootstrapper>;
  /** Ends every process of the job; resolves when none is left but the role hosts that were spared. */
  readonly endJob: PromiseActorLogic<readonly ProcessIdentity[], JobEnding>;
  /** Resolves when none of these lives. */
  readonly hostGone: PromiseActorLogic<void, readonly ProcessIdentity[]>;
}

/** What has taken longer than it may. */
export type Overdue = 'prepare' | 'stop' | 'kill';

export interface GuestAgentTells {
  /** The host wants something else from now on. */
  goal(goal: GoalState): void;
  status(status: InstanceStatus, details: string, restartInMs?: number): void;
  /** @param ifFailed what the instance is when this message means that the role has failed */
  message(message: FromBootstrapper, ifFailed: InstanceStatus): void;
  bootstrapperStarted(process: StartedProcess): void;
  bootstrapperEnded(cause: ExitCause, outcome: BootstrapperOutcome | undefined): void;
  heartbeat(n: number): void;
  /** The bootstrapper gives no sign of life: `late` for a line in the log, `silent` for the user. */
  silence(stage: 'late' | 'silent'): void;
  answersAgain(): void;
  overdue(what: Overdue): void;
  /** These have outlived their job. */
  outlive(hosts: readonly ProcessIdentity[]): void;
  roleStopped(): void;
  leave(): void;
}

/** The words that the guest agent's statechart is written in: its events, what it remembers, its delays, guards and actions. */
export function guestAgentWords(actors: GuestAgentActors, tells: GuestAgentTells) {
  return setup({
    types: { context: {} as GuestAgentContext, events: {} as GuestAgentEvent },
    actors: { ...actors },
    delays: {
      heartbeat: ({ context }) => context.timings.heartbeatMs,
      jobEnd: ({ context }) => context.timings.jobEndDelayMs,
      lostRestart: ({ context }) => context.timings.lostBootstrapperRestartMs,
      crashRestart: ({ context }) => context.timings.crashRestartMs,
      recycleRestart: ({ context }) => context.timings.recycleRestartMs,
      stopOverdue: ({ context }) => context.timings.onStopMs + context.timings.hostExitMs,
      stableReady: ({ context }) => context.timings.stableReadyMs,
      prepareRetry: ({ context }) => context.timings.prepareRetryMs,
      firstHeartbeat: ({ context }) => context.timings.firstHeartbeatMs,
      heartbeatLate: ({ context }) => Math.max(context.timings.heartbeatLateMs, lateBeats * context.timings.heartbeatMs),
      heartbeatMissed: ({ context }) => context.timings.heartbeatMissedMs,
      hostExit: ({ context }) => context.timings.hostExitMs,
      longWait: ({ context }) => context.timings.longWaitMs,
    },
    guards: {
      /** A newer goal that wants the role stopped, or another generation of it. */
      endsThisRole: ({ context }, goal: GoalState) =>
        goal.incarnation > context.goal.incarnation && (goal.expectedState === 'Stopped' || goal.roleGeneration > context.generation),
      isNewer: ({ context }, goal: GoalState) => goal.incarnation > context.goal.incarnation,
      wantsStarted: ({ context }) => context.goal.expectedState === 'Started',
      recyclePending: ({ context }) => context.goal.roleGeneration > context.generation,
      roleEndedInOrder: ({ context }) => context.outcome?.kind === 'recycle' || context.outcome?.kind === 'stopped',
      roleFailed: ({ context }) => context.outcome !== undefined,
      restartIsDue: stateIn({ role: { lost: { restart: 'due' } } }),
    },
    actions: {
      takeGoal: assign((_, goal: GoalState) => {
        tells.goal(goal);
        return { goal };
      }),
      tellBootstrapper: sendTo(
        'bootstrapper',
        (_, message: ToBootstrapper): ProcessCommand<ToBootstrapper> => ({ type: 'process.send', message }),
      ),
      killBootstrapper: sendTo('bootstrapper', (): ProcessCommand<ToBootstrapper> => ({ type: 'process.kill', cause: 'timedOut' })),
      tellSilence: (_, stage: 'late' | 'silent') => tells.silence(stage),
      tellAnswersAgain: () => tells.answersAgain(),
      tellOverdue: (_, what: Overdue) => tells.overdue(what),
      noteOutliving: assign((_, outliving: readonly ProcessIdentity[]) => {
        tells.outlive(outliving);
        return { outliving };
      }),
      tellForcedEnd: ({ event }) => {
        if (event.type === 'process.exited') tells.bootstrapperEnded(event.cause, undefined);
      },
      countFailure: assign(({ context }) => ({ failures: [...recentFailures(context), context.now()] })),
      tellFailure: ({ context }, delayMs: number) => {
        // The restart waits for the heartbeat after the delay. One that is overdue falls now: the agent was broken into.
        const { heartbeatMs } = context.timings;
        const passedMs = context.now() - context.beatAt;
        const sinceBeatMs = passedMs < heartbeatMs ? passedMs : 0;
        const restartInMs = Math.ceil((sinceBeatMs + delayMs) / heartbeatMs) * heartbeatMs - sinceBeatMs;
        tells.status(statusAfter(context.failures.length), context.details, restartInMs);
      },
    },
  });
}

/** A beat that was set by the user may be longer than Azure's. */
const lateBeats = 1.2;

/** What the instance is when the role that runs now fails. */
export function statusIfFailed(context: GuestAgentContext): InstanceStatus {
  return statusAfter(recentFailures(context).length + 1);
}

function recentFailures({ failures, now, timings }: GuestAgentContext): readonly number[] {
  return failures.filter((at) => now() - at < timings.cyclingWindowMs);
}

function statusAfter(failures: number): InstanceStatus {
  return failures >= cyclingThreshold ? 'CyclingRole' : 'RestartingRole';
}
