import { isInstaller, saidInstalled } from './agent-versions.ts';
import type { HostAgentTells } from './host-agent.tells.ts';
import type { hostAgentWords } from './host-agent.words.ts';

/**
 * The guest agent becomes another version: its role has ended, WaAppAgent stops the service, points it at the version that it has laid, and
 * starts it; that one starts the role (AB 10.5, K6). Windows stays on.
 *
 * What is wanted meanwhile waits until the agent is back, unless it takes the power.
 */
export function replacingAgentState(words: ReturnType<typeof hostAgentWords>, tells: HostAgentTells) {
  return words.createStateConfig({
    entry: {
      type: 'tellStatus',
      params: ({ context }) => ({ status: 'StoppingRole', details: `WindowsAzureGuestAgent is updated to ${context.agent.laid}.` }),
    },
    always: [
      { guard: 'wantsOff', target: 'shuttingDown' },
      { guard: 'eventCutsPower', target: 'powerOff' },
      { guard: 'isRebootAsked', target: 'shuttingDownFromInside' },
    ],
    // Nobody answers for the guest all this time.
    after: { bootLost: { target: 'powerOff', actions: { type: 'tellLost', params: 'update' } } },
    initial: 'told',
    states: {
      told: {
        entry: { type: 'tellWaAppAgent', params: ({ context }) => ({ type: 'agent.replace', version: context.agent.laid ?? '' }) },
        on: {
          'service.message': [
            {
              guard: ({ event }) => event.message.type === 'agent.start',
              target: 'starting',
              actions: [{ type: 'noteInstalled', params: saidInstalled }, ({ event }) => tells.service(event)],
            },
            {
              guard: isInstaller,
              target: 'told',
              reenter: true,
              actions: ({ event }) => tells.service(event),
            },
          ],
        },
      },
      starting: {
        on: {
          'service.message': {
            guard: ({ event }) => event.service === 'WindowsAzureGuestAgent' && event.message.type === 'running',
            target: '#hostAgent.vm.guest',
            actions: ({ event }) => tells.service(event),
          },
        },
      },
    },
  });
}
