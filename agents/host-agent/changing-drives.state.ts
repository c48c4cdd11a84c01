import { assign } from 'xstate';
import { dueEvent, type HostAgentTells, type hostAgentWords } from './host-agent.words.ts';

/**
 * The drives are made as the due event leaves them (AB 6.1); without one, those that do not exist.
 *
 * @param next where it goes on
 */
export function changingDrivesState(words: ReturnType<typeof hostAgentWords>, tells: HostAgentTells, next: string) {
  return words.createStateConfig({
    after: { longWait: { actions: () => tells.creationIsLong() } },
    invoke: {
      src: 'changeDrives',
      input: ({ context }) => dueEvent(context),
      onDone: { target: next, actions: assign({ eventDone: ({ event }) => event.output }) },
      onError: {
        target: '#hostAgent.failed',
        actions: {
          type: 'tellStatus',
          params: ({ event }) => ({
            status: 'FailedStartingVM',
            details: String(event.error instanceof Error ? event.error.message : event.error),
          }),
        },
      },
    },
  });
}
