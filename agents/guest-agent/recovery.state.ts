import type { guestAgentWords } from './guest-agent.words.ts';

/**
 * From the end of a bootstrapper to the start of the next: its job ends, and meanwhile the restart falls due at the heartbeat after the
 * delay (AB 1.2, 4). The role starts when both are through.
 *
 * @param job `lingering`: its children live on for a few seconds, as when the bootstrapper was killed (AB 1.3, S0), and the role host even
 *   longer where the fault says so; `ending`: they end at once
 */
export function recoveryState(
  words: ReturnType<typeof guestAgentWords>,
  job: 'lingering' | 'ending',
  delay: 'lostRestart' | 'crashRestart',
) {
  return words.createStateConfig({
    type: 'parallel',
    onDone: 'preparing',
    states: {
      job: {
        initial: job,
        states: {
          ...(job === 'lingering' ? { lingering: { after: { jobEnd: 'endingButHost' } }, ...outlivingStates(words) } : {}),
          ending: { invoke: { src: 'endJob', input: everything, onDone: 'ended', onError: 'ended' } },
          ended: { type: 'final' },
        },
      },
      restart: {
        initial: 'delayed',
        states: {
          delayed: { after: { [delay]: 'awaitingHeartbeat' } },
          awaitingHeartbeat: { on: { beat: 'due' } },
          due: { type: 'final' },
        },
      },
    },
  });
}

const everything = { spareHost: false };

/**
 * The role host may outlive its job (S0: "if this does not happen automatically you can manually terminate the role host process"): then it
 * is left to the user, and ended before the next bootstrapper starts: two hosts never run together.
 */
function outlivingStates(words: ReturnType<typeof guestAgentWords>) {
  return {
    endingButHost: words.createStateConfig({
      invoke: {
        src: 'endJob',
        input: ({ context }) => ({ spareHost: context.faults.includes('linger-host') }),
        onDone: [
          {
            guard: ({ event }) => event.output.length > 0,
            target: 'outlived',
            actions: { type: 'noteOutliving', params: ({ event }) => event.output },
          },
          { target: 'ended' },
        ],
        onError: 'ended',
      },
    }),
    outlived: words.createStateConfig({
      always: { guard: 'restartIsDue', target: 'ending' },
      // Ended by hand, it may have left its program.
      invoke: { src: 'hostGone', input: ({ context }) => context.outliving, onDone: 'ending', onError: 'ending' },
    }),
  };
}
