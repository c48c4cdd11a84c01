import { and, assign, raise } from 'xstate';
import type { Timings } from '../../contracts/timings.ts';
import { earsState } from './ears.state.ts';
import { type GuestAgentActors, type GuestAgentTells, guestAgentWords, statusIfFailed } from './guest-agent.words.ts';
import { recoveryState } from './recovery.state.ts';
import { stoppingState } from './stopping.state.ts';

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
  const words = guestAgentWords(actors, tells);

  return words.createMachine({
    id: 'WindowsAzureGuestAgent',
    type: 'parallel',
    context: {
      ...input,
      goal: { incarnation: -1, expectedState: 'Stopped', roleGeneration: 0 },
      generation: 0,
      failures: [],
      details: '',
      beat: 0,
      beatAt: 0,
      faults: [],
      outliving: [],
    },
    on: {
      heartbeat: { actions: ({ event }) => tells.heartbeat(event.n) },
      faults: { actions: assign({ faults: ({ event }) => event.faults }) },
      'service.stop': { target: ['.role.leaving', '.ears.nobody'] },
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
                actions: [
                  assign({ beat: ({ context }) => context.beat + 1, beatAt: ({ context }) => context.now() }),
                  raise({ type: 'beat' }),
                ],
              },
            },
          },
        },
      },
      ears: earsState(words),
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
            after: { longWait: { actions: { type: 'tellOverdue', params: 'prepare' } } },
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
              goal: [
                {
                  guard: { type: 'endsThisRole', params: ({ event }) => event.goal },
                  target: '.stopping',
                  actions: { type: 'takeGoal', params: ({ event }) => event.goal },
                },
                {
                  guard: { type: 'isNewer', params: ({ event }) => event.goal },
                  actions: { type: 'takeGoal', params: ({ event }) => event.goal },
                },
              ],
              'process.started': { actions: ({ event }) => tells.bootstrapperStarted(event.process) },
              'process.message': [
                {
                  guard: ({ event }) => event.message.type === 'outcome',
                  actions: assign({ outcome: ({ event }) => (event.message.type === 'outcome' ? event.message.outcome : undefined) }),
                },
                { actions: ({ context, event }) => tells.message(event.message, statusIfFailed(context)) },
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
                    actions: ({ context, event }) => tells.message(event.message, statusIfFailed(context)),
                  },
                },
              },
              ready: {
                after: { stableReady: { actions: assign({ failures: [] }) } },
              },
              stopping: {
                entry: { type: 'tellBootstrapper', params: { type: 'role.stop' } },
                ...stoppingState(words),
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
          // WaHostBootstrapper was killed.
          lost: {
            ...recoveryState(words, 'lingering', 'lostRestart'),
            entry: { type: 'tellFailure', params: ({ context }) => context.timings.lostBootstrapperRestartMs },
          },
          // The role failed and its bootstrapper ended by itself: the job ends at once (AB 3.5).
          failed: {
            ...recoveryState(words, 'ending', 'crashRestart'),
            entry: { type: 'tellFailure', params: ({ context }) => context.timings.crashRestartMs },
          },
          endingJob: {
            invoke: { src: 'endJob', input: { spareHost: false }, onDone: 'jobEnded', onError: 'jobEnded' },
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
            invoke: { src: 'endJob', input: { spareHost: false }, onDone: 'left', onError: 'left' },
          },
          left: { entry: () => tells.leave() },
        },
      },
    },
  });
}
