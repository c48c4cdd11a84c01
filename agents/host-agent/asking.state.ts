import { assign } from 'xstate';
import type { hostAgentWords } from './host-agent.words.ts';

/** Asks the guest agent for a sign of life, without end (AB 10.6). */
export function askingState(words: ReturnType<typeof hostAgentWords>) {
  return words.createStateConfig({
    initial: 'beating',
    states: {
      beating: {
        after: {
          heartbeat: {
            target: 'beating',
            reenter: true,
            actions: [
              assign({ beat: ({ context }) => context.beat + 1 }),
              { type: 'tellGuestAgent', params: ({ context }) => ({ type: 'heartbeat', n: context.beat }) },
            ],
          },
        },
      },
    },
  });
}
