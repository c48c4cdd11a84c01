import { bootFailuresToMigration } from '../../contracts/timings.ts';
import type { HostAgentTells } from './host-agent.tells.ts';
import type { hostAgentWords } from './host-agent.words.ts';

/** Windows has not come up too often in a row: the next rung of the ladder is another server, which the fabric decides (AB 3.1, 10.6). */
export function bootFailedState(words: ReturnType<typeof hostAgentWords>, tells: HostAgentTells) {
  return words.createStateConfig({
    entry: [
      {
        type: 'tellStatus',
        params: ({ context }) => ({
          status: 'FailedStartingVM',
          details: `Windows has not started ${bootFailuresToMigration} times in a row: WindowsAzureGuestAgent has not reported for ${context.timings.guestLostMs / 1_000} s each time.`,
        }),
      },
      () => tells.bootsFail(),
    ],
    exit: 'forgetFailedBoots',
    always: { guard: 'wantsOff', target: '#hostAgent.off' },
    on: {
      goal: {
        guard: { type: 'isNewer', params: ({ event }) => event.goal },
        target: '#hostAgent.withoutPower',
        actions: { type: 'takeGoal', params: ({ event }) => event.goal },
      },
    },
  });
}
