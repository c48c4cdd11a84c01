import type { HostAgentTells } from './host-agent.tells.ts';
import type { hostAgentWords } from './host-agent.words.ts';

/**
 * The first sign of life of a guest agent that service recovery has started anew has more time than any later one, because it starts.
 */
export function patienceState(words: ReturnType<typeof hostAgentWords>, tells: HostAgentTells) {
  return words.createStateConfig({
    initial: 'heard',
    on: { 'agent.gone': '.gone', 'agent.started': '.starting' },
    states: {
      heard: { id: 'agentHasSpoken' },
      gone: {},
      starting: {
        after: { firstHeartbeat: { target: 'late', actions: () => tells.guestLate() } },
        on: { 'guest.*': 'heard' },
      },
      late: { on: { 'guest.*': 'heard' } },
    },
  });
}
