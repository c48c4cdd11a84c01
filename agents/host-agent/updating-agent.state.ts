import { assign } from 'xstate';
import { agentAfter, isInstaller, saidInstalled } from './agent-versions.ts';
import { agentToInstall, dueEvents } from './due-events.ts';
import type { HostAgentTells } from './host-agent.tells.ts';
import type { hostAgentWords } from './host-agent.words.ts';

/**
 * What an update of the guest agent is beside its replacement: WaAppAgent lays the next version beside the present one while the role runs;
 * when it has, the role is told to end, and `replacingAgent` follows; when the next version is there, the event has happened. A WaAppAgent that
 * is dead or hangs holds up the update and nothing else (AB 1.2).
 */
export function updatingAgentState(words: ReturnType<typeof hostAgentWords>, tells: HostAgentTells) {
  return words.createStateConfig({
    initial: 'none',
    on: {
      'service.message': {
        guard: isInstaller,
        target: '.none',
        actions: { type: 'noteInstalled', params: saidInstalled },
      },
    },
    states: {
      none: {
        always: [
          { guard: 'agentIsToBeLaid', target: 'laying' },
          { guard: 'updateIsDone', target: 'recording' },
        ],
      },
      laying: {
        entry: {
          type: 'tellWaAppAgent',
          params: ({ context }) => ({ type: 'agent.lay', version: agentToInstall(context) ?? '' }),
        },
        always: { guard: ({ context }) => agentToInstall(context) === undefined, target: 'none' },
        after: { firstHeartbeat: { actions: ({ context }) => tells.updateIsLate(agentToInstall(context) ?? '') } },
        on: {
          'service.message': [
            {
              guard: ({ context, event }) => event.message.type === 'agent.laid' && event.message.version === agentToInstall(context),
              target: 'none',
              actions: [
                assign({ agent: ({ context }) => ({ ...context.agent, laid: agentToInstall(context) }) }),
                // No new connection is to meet Stopping or OnStop (AB 3.6).
                { type: 'tellStatus', params: { status: 'StoppingRole' } },
                'tellGoal',
              ],
            },
            // It is not wanted any more.
            { guard: ({ event }) => event.message.type === 'agent.laid', target: 'laying', reenter: true },
          ],
        },
      },
      recording: {
        invoke: {
          src: 'changeDrives',
          input: ({ context }) => dueEvents(context),
          onDone: {
            target: 'none',
            actions: assign({
              eventDone: ({ event }) => event.output,
              agent: ({ context, event }) => ({
                ...context.agent,
                wanted: agentAfter(
                  context.agent.wanted,
                  dueEvents(context).filter(({ n }) => n <= event.output),
                ),
              }),
            }),
          },
          onError: 'notRecorded',
        },
      },
      notRecorded: { after: { driveRetry: 'none' } },
    },
  });
}
