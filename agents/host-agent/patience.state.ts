import type { HostAgentTells, hostAgentWords } from './host-agent.words.ts';

/**
 * The first word on a guest agent that is silent, long before the instance is Unresponsive: it is told and changes nothing. One that is
 * started anew has more time, because it starts.
 */
export function patienceState(words: ReturnType<typeof hostAgentWords>, tells: HostAgentTells) {
  return words.createStateConfig({
    initial: 'answering',
    on: { 'agent.started': '.starting', 'agent.gone': '.gone' },
    states: {
      answering: {
        after: { guestLate: 'late' },
        on: { 'guest.*': { target: 'answering', reenter: true } },
      },
      gone: {},
      starting: {
        after: { firstHeartbeat: 'late' },
        on: { 'guest.*': 'answering' },
      },
      late: {
        entry: () => tells.guestLate(),
        on: { 'guest.*': { target: 'answering', actions: () => tells.guestAnswersAgain() } },
      },
    },
  });
}
