import { assign, type PromiseActorLogic, sendTo, setup } from 'xstate';
import type { ExitCause } from '../../contracts/exit-cause.ts';
import type { InstanceStatus } from '../../contracts/instance-status.ts';
import type { BootstrapperOutcome, FromBootstrapper, GoalState, ToBootstrapper, ToService } from '../../contracts/links.ts';
import { cyclingThreshold, type Timings } from '../../contracts/timings.ts';
import type { ProcessCommand, ProcessEvent, ProcessLogic } from '../../kernel/process-logic.ts';
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
}

/** What the machine decides about but does not do. */
export interface GuestAgentActors {
  /** Firewall, LocalStorage, C:\Config (AB 3.2 phase 0). */
  readonly prepareGuest: PromiseActorLogic<void>;
  readonly bootstrapper: ProcessLogic<ToBootstrapper>;
  /** Ends every process of the job; resolves when none is left. */
  readonly endJob: PromiseActorLogic<void>;
}

export interface GuestAgentTells {
  status(status: InstanceStatus, details: string, restartInMs?: number): void;
  /** @param ifFailed what the instance is when this message means that the role has failed */
  message(message: FromBootstrapper, ifFailed: InstanceStatus): void;
  bootstrapperStarted(process: StartedProcess): void;
  bootstrapperEnded(cause: ExitCause, outcome: BootstrapperOutcome | undefined): void;
  heartbeat(n: number): void;
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
    },
    actions: {
      takeGoal: assign((_, goal: GoalState) => ({ goal })),
      tellBootstrapper: sendTo(
        'bootstrapper',
        (_, message: ToBootstrapper): ProcessCommand<ToBootstrapper> => ({ type: 'process.send', message }),
      ),
      killBootstrapper: sendTo('bootstrapper', (): ProcessCommand<ToBootstrapper> => ({ type: 'process.kill', cause: 'timedOut' })),
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
