import { not } from 'xstate';
import { waitingForHost } from '../../contracts/instance-host.ts';
import type { HostAgentTells } from './host-agent.tells.ts';
import type { hostAgentWords } from './host-agent.words.ts';

/**
 * The VM is off and its host is not there: it is restarted for an update once all its guests are down (AB 10.5), or it has gone and does
 * not come back, which after thirty minutes is called a platform fault (S1). Service healing does not wait for this host.
 */
export function awaitingHostState(words: ReturnType<typeof hostAgentWords>, tells: HostAgentTells) {
  return words.createStateConfig({
    entry: { type: 'tellStatus', params: { status: 'StartingVM', details: waitingForHost } },
    always: [
      { guard: 'wantsOff', target: '#hostAgent.off' },
      { guard: 'eventMakesNewVm', target: '#hostAgent.deletingVm' },
    ],
    after: { hostOverdue: { actions: () => tells.hostOverdue() } },
    initial: 'othersGoingDown',
    states: {
      othersGoingDown: {
        always: [
          { guard: not('eventTakesHost'), target: 'away' },
          { guard: not('othersAreOn'), target: 'rebooting' },
        ],
      },
      rebooting: { after: { hostReboot: 'away' } },
      away: { always: { guard: not('hostIsAway'), target: '#hostAgent.changingDrives' } },
    },
  });
}
