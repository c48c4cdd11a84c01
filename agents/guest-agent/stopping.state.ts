import type { guestAgentWords } from './guest-agent.words.ts';

/**
 * From `role.stop` to the end of the bootstrapper. A guest has five minutes from the stopping message, then force (AB 3.4, D-host); but a
 * foreground task may take as long as it likes, and the bootstrapper that waits for it answers heartbeats. So only one that has answered
 * none for the five minutes and the host's exit is ended by force: it is broken into, suspended or hangs. Its job follows.
 */
export function stoppingState(words: ReturnType<typeof guestAgentWords>) {
  return words.createStateConfig({
    initial: 'silent',
    on: {
      goal: {
        guard: { type: 'isNewer', params: ({ event }) => event.goal },
        actions: { type: 'takeGoal', params: ({ event }) => event.goal },
      },
    },
    states: {
      silent: {
        on: {
          'process.message': { guard: ({ event }) => event.message.type === 'heartbeat', target: 'answering' },
        },
        after: { stopOverdue: 'forced' },
      },
      answering: { after: { stopOverdue: 'silent' } },
      forced: {
        entry: [{ type: 'tellOverdue', params: 'stop' }, 'killBootstrapper'],
        // A kill takes milliseconds, unless the process waits for a device: the end of the job will name it.
        after: { hostExit: { target: '#WindowsAzureGuestAgent.role.endingJob', actions: { type: 'tellOverdue', params: 'kill' } } },
        on: {
          'process.exited': {
            target: '#WindowsAzureGuestAgent.role.endingJob',
            actions: 'tellForcedEnd',
          },
        },
      },
    },
  });
}
