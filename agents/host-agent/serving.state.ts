import { assign, raise } from 'xstate';
import type { HostAgentTells } from './host-agent.tells.ts';
import { guestAgentGone, type hostAgentWords } from './host-agent.words.ts';

/**
 * What the host agent does with the words of the guest agent: they are the instance's status while the role is wanted; a role that is
 * suspended is StoppedVM although its Windows stays on (K17).
 */
export function servingState(words: ReturnType<typeof hostAgentWords>, tells: HostAgentTells) {
  return words.createStateConfig({
    initial: 'wanted',
    on: {
      'service.started': [
        {
          guard: ({ event }) => event.service === 'WindowsAzureGuestAgent',
          actions: [raise({ type: 'agent.started' }), ({ event }) => tells.service(event)],
        },
        { actions: ({ event }) => tells.service(event) },
      ],
      'service.exited': [
        {
          guard: ({ event }) => event.service === 'WindowsAzureGuestAgent',
          actions: [raise({ type: 'agent.gone' }), ({ event }) => tells.service(event)],
        },
        { actions: ({ event }) => tells.service(event) },
      ],
      'service.message': [
        {
          guard: ({ event }) => event.service === 'WindowsAzureGuestAgent' && event.message.type === 'heartbeat',
          actions: raise(({ event }) => ({ type: 'guest.answered', n: event.message.type === 'heartbeat' ? event.message.n : 0 })),
        },
        {
          // The agent has been started anew by service recovery: it learns its goal again.
          guard: ({ event }) => event.service === 'WindowsAzureGuestAgent' && event.message.type === 'running',
          actions: [raise({ type: 'guest.heard' }), 'remindOfFaults', 'tellGoal'],
        },
        {
          guard: ({ event }) => event.service === 'WindowsAzureGuestAgent',
          actions: [raise({ type: 'guest.heard' }), ({ event }) => tells.service(event)],
        },
        { actions: ({ event }) => tells.service(event) },
      ],
    },
    states: {
      wanted: {
        always: [
          { guard: 'eventCutsPower', target: '#hostAgent.vm.powerOff' },
          { guard: 'eventIsAbrupt', target: '#hostAgent.vm.shuttingDownFromInside' },
        ],
        on: {
          goal: {
            guard: { type: 'isNewer', params: ({ event }) => event.goal },
            actions: [{ type: 'takeGoal', params: ({ event }) => event.goal }, 'tellGoal'],
          },
          // Its job closes with it, so the role is not what it said last (AB 1.2). The status goes first.
          'service.exited': {
            guard: ({ event }) => event.service === 'WindowsAzureGuestAgent',
            actions: [
              raise({ type: 'agent.gone' }),
              assign({ reported: guestAgentGone }),
              { type: 'tellStatus', params: guestAgentGone },
              ({ event }) => tells.service(event),
            ],
          },
          'service.message': [
            {
              guard: ({ event }) => event.service === 'WindowsAzureGuestAgent' && event.message.type === 'status',
              actions: [
                raise({ type: 'guest.reported' }),
                assign({ reported: ({ context, event }) => (event.message.type === 'status' ? event.message : context.reported) }),
                {
                  type: 'tellStatus',
                  params: ({ context, event }) => (event.message.type === 'status' ? event.message : context.reported),
                },
              ],
            },
            { guard: ({ event }) => event.message.type === 'role.stopped', target: 'roleEnded', actions: raise({ type: 'guest.heard' }) },
          ],
        },
      },
      roleEnded: {
        always: [
          { guard: 'wantsOff', target: '#hostAgent.vm.shuttingDown' },
          { guard: 'agentIsToBeReplaced', target: '#hostAgent.vm.replacingAgent' },
          { guard: 'eventLeavesWindowsOn', target: '#hostAgent.vm.remounting' },
          { guard: 'eventIsDue', target: '#hostAgent.vm.shuttingDown' },
          { guard: 'wantsStopped', target: 'suspended' },
          // It ended for a goal that is none any more.
          { target: 'wanted', actions: 'tellGoal' },
        ],
      },
      suspended: {
        id: 'suspended',
        // A silence that ends returns to this.
        entry: [assign({ reported: suspended }), { type: 'tellStatus', params: suspended }],
        always: [
          { guard: 'wantsOff', target: '#hostAgent.vm.shuttingDown' },
          { guard: 'eventCutsPower', target: '#hostAgent.vm.powerOff' },
          { guard: 'agentIsToBeReplaced', target: '#hostAgent.vm.replacingAgent' },
          { guard: 'eventLeavesWindowsOn', target: '#hostAgent.vm.remounting' },
          { guard: 'eventIsDue', target: '#hostAgent.vm.shuttingDown' },
          { guard: 'wantsStarted', target: 'wanted', actions: 'tellGoal' },
        ],
        on: {
          goal: {
            guard: { type: 'isNewer', params: ({ event }) => event.goal },
            actions: { type: 'takeGoal', params: ({ event }) => event.goal },
          },
        },
      },
    },
  });
}

const suspended = { status: 'StoppedVM', details: '' } as const;
