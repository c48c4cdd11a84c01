import type { guestAgentWords } from './guest-agent.words.ts';

/**
 * Whether WaHostBootstrapper gives signs of life. Nothing is done about one that does not: it is taken to be busy and waited for without
 * end (AB 10.6), but that is told. Late by a fifth of a beat is a line in the log only; a new process has more time, because it starts.
 */
export function earsState(words: ReturnType<typeof guestAgentWords>) {
  const heard = { target: 'answering', actions: { type: 'tellAnswersAgain' } } as const;
  return words.createStateConfig({
    initial: 'nobody',
    on: {
      'process.started': '.starting',
      'process.exited': '.nobody',
    },
    states: {
      nobody: {},
      starting: {
        after: { firstHeartbeat: 'late' },
        on: { 'process.message': 'answering' },
      },
      answering: {
        after: { heartbeatLate: 'late' },
        on: { 'process.message': { target: 'answering', reenter: true } },
      },
      late: {
        entry: { type: 'tellSilence', params: 'late' },
        after: { heartbeatMissed: 'silent' },
        on: { 'process.message': heard },
      },
      silent: {
        entry: { type: 'tellSilence', params: 'silent' },
        on: { 'process.message': heard },
      },
    },
  });
}
