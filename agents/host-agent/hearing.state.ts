import { and, assign, not, stateIn } from 'xstate';
import type { HostAgentTells } from './host-agent.tells.ts';
import type { hostAgentWords } from './host-agent.words.ts';

/**
 * Whether the guest agent gives signs of life: Unresponsive after one minute without, and the VM restarted after ten (AB 3.1, S0).
 *
 * An agent that was broken into finds the questions of all that time when it goes on, and answers them before it has looked after its
 * processes: what it said before the silence holds again only when it answers a question that was asked after it.
 */
export function hearingState(words: ReturnType<typeof hostAgentWords>, tells: HostAgentTells) {
  return words.createStateConfig({
    initial: 'answered',
    states: {
      answered: {
        entry: () => tells.guestHeard(),
        after: {
          // Told long before the instance is Unresponsive; it changes nothing.
          guestLate: { guard: stateIn('#agentHasSpoken'), actions: () => tells.guestLate() },
          unresponsive: 'silent',
        },
        on: {
          'guest.*': { target: 'answered', reenter: true },
        },
      },
      silent: {
        entry: { type: 'tellStatus', params: { status: 'UnresponsiveRole' } },
        // Nobody in there will stop the role in order.
        always: {
          guard: and(['wantsRoleEnded', not(stateIn('#suspended'))]),
          target: '#hostAgent.vm.powerOff',
          actions: { type: 'tellLost', params: 'stop' },
        },
        after: { lost: { target: '#hostAgent.vm.powerOff', actions: { type: 'tellLost', params: 'silence' } } },
        on: {
          'guest.reported': 'answered',
          'guest.*': { target: 'catchingUp', actions: assign({ missed: ({ context }) => context.beat }) },
        },
      },
      catchingUp: {
        entry: () => tells.guestHeard(),
        after: { unresponsive: 'silent' },
        on: {
          'guest.reported': 'answered',
          'guest.answered': {
            guard: ({ context, event }) => event.n > context.missed,
            target: 'answered',
            actions: { type: 'tellStatus', params: ({ context }) => context.reported },
          },
        },
      },
    },
  });
}
