import type { HostAgentTells, hostAgentWords } from './host-agent.words.ts';

/**
 * The first sign of life of a guest agent that service recovery has started anew has more time than any later one, because it starts.
 */
export function patienceState(words: ReturnType<typeof hostAgentWords>, tells: HostAgentTells) {
  return words.createStateConfig({
    initial: 'heard',
    on: { 'agent.started': '.starting' },
    states: {
      heard: {},
      starting: {
        after: { firstHeartbeat: { target: 'heard', actions: () => tells.guestLate() } },
        on: { 'guest.*': 'heard', 'agent.gone': 'heard' },
      },
    },
  });
}
