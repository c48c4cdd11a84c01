import { assign } from 'xstate';
import { dueEvents, type HostAgentTells, type hostAgentWords } from './host-agent.words.ts';

/**
 * The drives are made as the due events leave them (AB 6.1); without one, those that do not exist.
 *
 * @param next where it goes on
 * @param otherwise where it goes on when they could not be made
 */
export function changingDrivesState(
  words: ReturnType<typeof hostAgentWords>,
  tells: HostAgentTells,
  next: string,
  otherwise = '#hostAgent.failed',
) {
  return words.createStateConfig({
    after: { longWait: { actions: () => tells.creationIsLong() } },
    invoke: {
      src: 'changeDrives',
      input: ({ context }) => dueEvents(context),
      onDone: { target: next, actions: assign({ eventDone: ({ event }) => event.output }) },
      onError: {
        target: otherwise,
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
