import { assign } from 'xstate';
import { agentAfter } from './agent-versions.ts';
import { driveEvents } from './due-events.ts';
import type { HostAgentTells } from './host-agent.tells.ts';
import type { hostAgentWords } from './host-agent.words.ts';

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
      input: ({ context }) => driveEvents(context),
      onDone: {
        target: next,
        actions: assign({
          eventDone: ({ event }) => event.output,
          agent: ({ context, event }) => ({
            ...context.agent,
            wanted: agentAfter(
              context.agent.wanted,
              driveEvents(context).filter(({ n }) => n <= event.output),
            ),
          }),
        }),
      },
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
