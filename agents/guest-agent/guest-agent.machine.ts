import { and, assign, type PromiseActorLogic, raise, sendTo, setup } from 'xstate';
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
  readonly outcome?: BootstrapperOutcome;
  readonly details: string;
  readonly beat: number;
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
  message(message: FromBootstrapper): void;
  bootstrapperStarted(process: StartedProcess): void;
  bootstrapperEnded(cause: ExitCause, outcome: BootstrapperOutcome | undefined): void;
  heartbeat(n: number): void;
  roleStopped(): void;
  leave(): void;
}

/**
 * WindowsAzureGuestAgent: brings the role to its goal state and keeps it there (AB 1.2, 3.2, 3.5).
 *
 * Its recovery is narrow: a bootstrapper that is gone is started anew at the heartbeat after the restart delay; one that is
 * silent is taken to be busy and waited for without end.
 */
export function guestAgentMachine(
  actors: GuestAgentActors,
  tells: GuestAgentTells,
  input: { readonly timings: Timings; readonly now: () => number },
) {
  return setup({
    types: { context: {} as GuestAgentContext, events: {} as GuestAgentEvent },
    actors: { ...actors },
    delays: {
      heartbeat: ({ context }) => context.timings.heartbeatMs,
      jobEnd: ({ context }) => context.timings.jobEndDelayMs,
      lostRestart: ({ context }) => context.timings.lostBootstrapperRestartMs,
      crashRestart: ({ context }) => context.timings.crashRestartMs,
      recycleRestart: ({ context }) => context.timings.recycleRestartMs,
      stableReady: ({ context }) => context.timings.stableReadyMs,
      prepareRetry: ({ context }) => context.timings.prepareRetryMs,
    },
    guards: {
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
      countFailure: assign(({ context }) => {
        const now = context.now();
        return { failures: [...context.failures.filter((at) => now - at < context.timings.cyclingWindowMs), now] };
      }),
      tellFailure: ({ context }, restartInMs: number) =>
        tells.status(context.failures.length >= cyclingThreshold ? 'CyclingRole' : 'RestartingRole', context.details, restartInMs),
    },
  }).createMachine({
    id: 'WindowsAzureGuestAgent',
    type: 'parallel',
    context: {
      ...input,
      goal: { incarnation: -1, expectedState: 'Stopped', roleGeneration: 0 },
      generation: 0,
      failures: [],
      details: '',
      beat: 0,
    },
    on: {
      heartbeat: { actions: ({ event }) => tells.heartbeat(event.n) },
      'service.stop': { target: '.role.leaving' },
    },
    states: {
      heart: {
        initial: 'beating',
        states: {
          beating: {
            after: {
              heartbeat: {
                target: 'beating',
                reenter: true,
                actions: [assign({ beat: ({ context }) => context.beat + 1 }), raise({ type: 'beat' })],
              },
            },
          },
        },
      },
      role: {
        initial: 'idle',
        // A goal that is not handled below is remembered; each state looks at it when it is done.
        on: {
          goal: [
            {
              guard: { type: 'isNewer', params: ({ event }) => event.goal },
              target: '.changingGoal',
              actions: { type: 'takeGoal', params: ({ event }) => event.goal },
            },
          ],
        },
        states: {
          idle: {},
          // For states in which no bootstrapper is alive: whatever was under way is given up, what is left of the job ended.
          changingGoal: { always: 'endingJob' },
          preparing: {
            entry: [
              () => tells.status('CreatingRole', 'Preparing to start role... System is initializing.'),
              assign({ generation: ({ context }) => context.goal.roleGeneration }),
            ],
            invoke: {
              src: 'prepareGuest',
              onDone: 'alive',
              onError: {
                target: 'failedToPrepare',
                actions: assign({ details: ({ event }) => String(event.error instanceof Error ? event.error.message : event.error) }),
              },
            },
          },
          // AB 1.2, 3.2: the bootstrapper is never started; the agent tries again and again.
          failedToPrepare: {
            entry: ({ context }) => tells.status('FailedStartingRole', context.details),
            after: { prepareRetry: 'preparing' },
          },
          alive: {
            entry: assign({ outcome: undefined }),
            invoke: { id: 'bootstrapper', src: 'bootstrapper' },
            initial: 'starting',
            on: {
              beat: { actions: { type: 'tellBootstrapper', params: ({ context }) => ({ type: 'heartbeat', n: context.beat }) } },
              goal: {
                guard: { type: 'isNewer', params: ({ event }) => event.goal },
                target: '.heedingGoal',
                actions: { type: 'takeGoal', params: ({ event }) => event.goal },
              },
              'process.started': { actions: ({ event }) => tells.bootstrapperStarted(event.process) },
              'process.message': [
                {
                  guard: ({ event }) => event.message.type === 'outcome',
                  actions: assign({ outcome: ({ event }) => (event.message.type === 'outcome' ? event.message.outcome : undefined) }),
                },
                { actions: ({ event }) => tells.message(event.message) },
              ],
              'process.exited': {
                target: 'bootstrapperGone',
                actions: ({ context, event }) => tells.bootstrapperEnded(event.cause, context.outcome),
              },
            },
            states: {
              starting: {
                on: {
                  'process.message': {
                    guard: ({ event }) => event.message.type === 'phase' && event.message.status === 'ReadyRole',
                    target: 'ready',
                    actions: ({ event }) => tells.message(event.message),
                  },
                },
              },
              ready: {
                after: { stableReady: { actions: assign({ failures: [] }) } },
              },
              heedingGoal: {
                always: [
                  {
                    guard: ({ context }) => context.goal.expectedState === 'Stopped' || context.goal.roleGeneration > context.generation,
                    target: 'stopping',
                  },
                  { target: 'starting' },
                ],
              },
              stopping: {
                entry: { type: 'tellBootstrapper', params: { type: 'role.stop' } },
                on: {
                  goal: {
                    guard: { type: 'isNewer', params: ({ event }) => event.goal },
                    actions: { type: 'takeGoal', params: ({ event }) => event.goal },
                  },
                },
              },
            },
          },
          bootstrapperGone: {
            always: [
              { guard: 'roleEndedInOrder', target: 'endingJob' },
              {
                guard: and(['wantsStarted', 'roleFailed']),
                target: 'failed',
                actions: [assign({ details: ({ context }) => context.outcome?.details ?? '' }), 'countFailure'],
              },
              {
                guard: 'wantsStarted',
                target: 'lost',
                actions: [
                  assign({ details: 'Role has encountered an error and has stopped. WaHostBootstrapper is gone.' }),
                  'countFailure',
                ],
              },
              { target: 'endingJob' },
            ],
          },
          // WaHostBootstrapper was killed: its children live on for a few seconds, then the job ends (AB 1.3, S0).
          lost: {
            type: 'parallel',
            entry: { type: 'tellFailure', params: ({ context }) => context.timings.lostBootstrapperRestartMs },
            onDone: 'preparing',
            states: {
              job: {
                initial: 'lingering',
                states: {
                  lingering: { after: { jobEnd: 'ending' } },
                  ending: { invoke: { src: 'endJob', onDone: 'ended', onError: 'ended' } },
                  ended: { type: 'final' },
                },
              },
              restart: {
                initial: 'delayed',
                states: {
                  delayed: { after: { lostRestart: 'awaitingHeartbeat' } },
                  awaitingHeartbeat: { on: { beat: 'due' } },
                  due: { type: 'final' },
                },
              },
            },
          },
          // The role failed and its bootstrapper ended by itself: the job ends at once (AB 3.5).
          failed: {
            type: 'parallel',
            entry: { type: 'tellFailure', params: ({ context }) => context.timings.crashRestartMs },
            onDone: 'preparing',
            states: {
              job: {
                initial: 'ending',
                states: {
                  ending: { invoke: { src: 'endJob', onDone: 'ended', onError: 'ended' } },
                  ended: { type: 'final' },
                },
              },
              restart: {
                initial: 'delayed',
                states: {
                  delayed: { after: { crashRestart: 'awaitingHeartbeat' } },
                  awaitingHeartbeat: { on: { beat: 'due' } },
                  due: { type: 'final' },
                },
              },
            },
          },
          endingJob: {
            invoke: { src: 'endJob', onDone: 'jobEnded', onError: 'jobEnded' },
            on: {
              goal: {
                guard: { type: 'isNewer', params: ({ event }) => event.goal },
                actions: { type: 'takeGoal', params: ({ event }) => event.goal },
              },
            },
          },
          jobEnded: {
            always: { guard: ({ context }) => context.goal.expectedState === 'Stopped', target: 'stopped' },
            after: { recycleRestart: 'preparing' },
          },
          stopped: {
            entry: () => tells.roleStopped(),
            on: {
              goal: [
                {
                  guard: ({ context, event }) =>
                    event.goal.incarnation > context.goal.incarnation && event.goal.expectedState === 'Started',
                  target: 'preparing',
                  actions: { type: 'takeGoal', params: ({ event }) => event.goal },
                },
                { actions: () => tells.roleStopped() },
              ],
            },
          },
          leaving: {
            invoke: { src: 'endJob', onDone: 'left', onError: 'left' },
          },
          left: { entry: () => tells.leave() },
        },
      },
    },
  });
}
