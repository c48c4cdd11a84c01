import type { guestAgentWords } from './guest-agent.words.ts';

/**
 * From the end of a bootstrapper to the start of the next: its job ends, and meanwhile the restart falls due at the heartbeat after the
 * delay (AB 1.2, 4). The role starts when both are through.
 *
 * @param job `lingering`: its children live on for a few seconds, as when the bootstrapper was killed (AB 1.3, S0); `ending`: they end at once
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
          ...(job === 'lingering' ? { lingering: { after: { jobEnd: 'ending' } } } : {}),
          ending: { invoke: { src: 'endJob', onDone: 'ended', onError: 'ended' } },
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
