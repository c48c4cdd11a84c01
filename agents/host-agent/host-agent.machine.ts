import { assign, raise } from 'xstate';
import type { Timings } from '../../contracts/timings.ts';
import type { ServiceSpec } from '../vm/service.machine.ts';
import { askingState } from './asking.state.ts';
import { hearingState } from './hearing.state.ts';
import { guestAgentGone, type HostAgentActors, type HostAgentTells, hostAgentWords } from './host-agent.words.ts';
import { patienceState } from './patience.state.ts';

/**
 * The host agent as it cares for one instance: creates and boots its VM, hands goal states to the guest agent, listens for its
 * heartbeats, and restarts the VM when it has heard none for ten minutes (AB 1.1, 4, 10.6).
 */
export function hostAgentMachine(
  actors: HostAgentActors,
  tells: HostAgentTells,
  input: { readonly timings: Timings; readonly services: readonly ServiceSpec[] },
) {
  const words = hostAgentWords(actors, tells);

  return words.createMachine({
    id: 'hostAgent',
    context: {
      ...input,
      goal: { incarnation: 0, expectedState: 'Stopped', roleGeneration: 0 },
      reported: { status: 'RoleStateUnknown', details: '' },
      beat: 0,
      missed: 0,
      agentAnew: false,
      faults: [],
    },
    initial: 'noVm',
    on: {
      goal: {
        guard: ({ context, event }) => event.goal.incarnation > context.goal.incarnation,
        actions: assign({ goal: ({ event }) => event.goal }),
      },
      faults: { actions: assign({ faults: ({ event }) => event.faults }) },
    },
    states: {
      noVm: {
        always: { guard: 'wantsStarted', target: 'creatingVm' },
        on: {
          goal: {
            guard: ({ context, event }) => event.goal.incarnation > context.goal.incarnation && event.goal.expectedState === 'Stopped',
            target: 'stoppedVm',
            actions: assign({ goal: ({ event }) => event.goal }),
          },
        },
      },
      creatingVm: {
        entry: { type: 'tellStatus', params: { status: 'CreatingVM' } },
        after: { longWait: { actions: () => tells.creationIsLong() } },
        invoke: {
          src: 'createVm',
          onDone: 'vmCreated',
          onError: {
            target: 'failed',
            actions: {
              type: 'tellStatus',
              params: ({ event }) => ({
                status: 'FailedStartingVM',
                details: String(event.error instanceof Error ? event.error.message : event.error),
              }),
            },
          },
        },
      },
      vmCreated: { after: { createVm: 'vm' } },
      failed: { always: { guard: 'wantsStopped', target: 'stoppedVm' } },
      vm: {
        entry: [
          // What was said of the role before a restart of Windows says nothing of it any more.
          assign({ reported: { status: 'StartingVM', details: '' } }),
          { type: 'tellStatus', params: { status: 'StartingVM' } },
          () => tells.boots(),
        ],
        invoke: { id: 'vm', src: 'vm', input: ({ context }) => ({ timings: context.timings, services: context.services }) },
        initial: 'booting',
        on: {
          'service.started': { actions: ({ event }) => tells.service(event) },
          'service.exited': { actions: ({ event }) => tells.service(event) },
          'service.overdue': { actions: ({ event }) => tells.service(event) },
          'service.message': { actions: ({ event }) => tells.service(event) },
        },
        states: {
          booting: {
            // An agent that never answers is silent as well.
            after: {
              firstReport: { actions: () => tells.guestLate() },
              bootLost: { target: 'restarting', actions: { type: 'tellLost', params: 'boot' } },
            },
            on: {
              'service.message': {
                guard: ({ event }) => event.service === 'WindowsAzureGuestAgent' && event.message.type === 'running',
                target: 'guest',
                actions: ({ event }) => tells.service(event),
              },
              goal: {
                guard: ({ context, event }) => event.goal.incarnation > context.goal.incarnation && event.goal.expectedState === 'Stopped',
                target: 'shuttingDown',
                actions: assign({ goal: ({ event }) => event.goal }),
              },
            },
          },
          guest: {
            type: 'parallel',
            entry: ['remindOfFaults', { type: 'tellGuestAgent', params: ({ context }) => ({ type: 'goal', goal: context.goal }) }],
            on: {
              faults: { actions: [assign({ faults: ({ event }) => event.faults }), 'tellFaults'] },
              'service.started': [
                {
                  guard: ({ event }) => event.service === 'WindowsAzureGuestAgent',
                  actions: [raise({ type: 'agent.started' }), ({ event }) => tells.service(event)],
                },
                { actions: ({ event }) => tells.service(event) },
              ],
              // Its job closes with it, so the role is not what it said last (AB 1.2). The status goes first.
              'service.exited': [
                {
                  guard: ({ event }) => event.service === 'WindowsAzureGuestAgent',
                  actions: [
                    raise({ type: 'agent.gone' }),
                    assign({ reported: guestAgentGone, agentAnew: true }),
                    { type: 'tellStatus', params: guestAgentGone },
                    ({ event }) => tells.service(event),
                  ],
                },
                { actions: ({ event }) => tells.service(event) },
              ],
              goal: {
                guard: ({ context, event }) => event.goal.incarnation > context.goal.incarnation,
                actions: [
                  assign({ goal: ({ event }) => event.goal }),
                  { type: 'tellGuestAgent', params: ({ event }) => ({ type: 'goal', goal: event.goal }) },
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
                {
                  // The agent has been started anew by service recovery: it learns its goal again.
                  guard: ({ event }) => event.service === 'WindowsAzureGuestAgent' && event.message.type === 'running',
                  actions: [
                    assign({ agentAnew: false }),
                    raise({ type: 'guest.heard' }),
                    'remindOfFaults',
                    { type: 'tellGuestAgent', params: ({ context }) => ({ type: 'goal', goal: context.goal }) },
                  ],
                },
                {
                  guard: ({ context, event }) => event.message.type === 'role.stopped' && context.goal.expectedState === 'Stopped',
                  target: 'shuttingDown',
                },
                {
                  guard: ({ event }) => event.service === 'WindowsAzureGuestAgent' && event.message.type === 'heartbeat',
                  actions: raise(({ event }) => ({ type: 'guest.answered', n: event.message.type === 'heartbeat' ? event.message.n : 0 })),
                },
                {
                  guard: ({ event }) => event.service === 'WindowsAzureGuestAgent',
                  actions: [raise({ type: 'guest.heard' }), ({ event }) => tells.service(event)],
                },
                { actions: ({ event }) => tells.service(event) },
              ],
            },
            states: {
              asking: askingState(words),
              hearing: hearingState(words, tells),
              patience: patienceState(words, tells),
            },
          },
          // Ten minutes of silence: the guest OS is restarted; the drives stay (AB 6.1, K7).
          restarting: {
            entry: [
              { type: 'tellStatus', params: { status: 'StoppingVM' } },
              { type: 'tellVm', params: { type: 'vm.powerOff' } },
            ],
            on: { 'vm.off': { target: '#hostAgent.rebooted' } },
          },
          shuttingDown: {
            entry: [
              { type: 'tellStatus', params: { status: 'StoppingVM' } },
              () => tells.shutsDown(),
              { type: 'tellVm', params: { type: 'vm.shutDown' } },
            ],
            on: { 'vm.off': '#hostAgent.rebooted' },
          },
        },
      },
      rebooted: { always: [{ guard: 'wantsStopped', target: 'stoppedVm' }, { target: 'vm' }] },
      stoppedVm: {
        entry: { type: 'tellStatus', params: { status: 'StoppedVM' } },
        on: {
          goal: {
            guard: ({ context, event }) => event.goal.incarnation > context.goal.incarnation && event.goal.expectedState === 'Started',
            target: 'creatingVm',
            actions: assign({ goal: ({ event }) => event.goal }),
          },
        },
      },
    },
  });
}
