import { assign } from 'xstate';
import { isInstaller, saidInstalled } from './agent-versions.ts';
import { askingState } from './asking.state.ts';
import { awaitingHostState } from './awaiting-host.state.ts';
import { bootFailedState } from './boot-failed.state.ts';
import { changingDrivesState } from './changing-drives.state.ts';
import { hearingState } from './hearing.state.ts';
import type { HostAgentTells, ShutdownInitiator } from './host-agent.tells.ts';
import { type HostAgentActors, type HostAgentInput, hostAgentWords } from './host-agent.words.ts';
import { healthyHost } from './host-condition.ts';
import { patienceState } from './patience.state.ts';
import { replacingAgentState } from './replacing-agent.state.ts';
import { servingState } from './serving.state.ts';
import { updatingAgentState } from './updating-agent.state.ts';

/**
 * The host agent as it cares for one instance: creates and boots its VM, hands goal states to the guest agent, listens for its
 * heartbeats, restarts the VM when it has heard none for ten minutes, and lets the events of AB 6.1 happen to it (AB 1.1, 4, 10.6).
 */
export function hostAgentMachine(actors: HostAgentActors, tells: HostAgentTells, input: HostAgentInput) {
  const words = hostAgentWords(actors, tells);

  const shuttingDown = (by: ShutdownInitiator) =>
    words.createStateConfig({
      entry: [
        { type: 'tellStatus', params: { status: 'StoppingVM' } },
        () => tells.shutsDown(by),
        { type: 'tellVm', params: { type: 'vm.shutDown' } },
      ],
      on: { 'vm.off': '#hostAgent.withoutPower' },
    });

  return words.createMachine({
    id: 'hostAgent',
    context: {
      host: healthyHost,
      faults: [],
      ...input,
      goal: { incarnation: 0, expectedState: 'Stopped', power: 'off', roleGeneration: 0 },
      told: 0,
      reported: { status: 'RoleStateUnknown', details: '' },
      beat: 0,
      missed: 0,
      rebootAsked: false,
      agent: { wanted: input.agentVersion },
    },
    initial: 'noVm',
    on: {
      goal: {
        guard: { type: 'isNewer', params: ({ event }) => event.goal },
        actions: { type: 'takeGoal', params: ({ event }) => event.goal },
      },
      faults: { actions: { type: 'takeFaults', params: ({ event }) => event } },
      otherGuests: { actions: assign({ host: ({ context, event }) => ({ ...context.host, othersAreOn: event.areOn }) }) },
    },
    states: {
      noVm: {
        always: [
          { guard: 'wantsOn', target: 'creatingVm' },
          { guard: 'wantsOff', target: 'off' },
        ],
      },
      creatingVm: {
        entry: { type: 'tellStatus', params: { status: 'CreatingVM' } },
        ...changingDrivesState(words, tells, 'vmCreated'),
      },
      vmCreated: { after: { createVm: 'withoutPower' } },
      // The former drives are as they were. A full disk may be less full later.
      failed: {
        always: { guard: 'wantsOff', target: 'off' },
        after: { driveRetry: 'tryingAgain' },
        on: {
          goal: {
            guard: { type: 'isNewer', params: ({ event }) => event.goal },
            target: 'tryingAgain',
            actions: { type: 'takeGoal', params: ({ event }) => event.goal },
          },
        },
      },
      tryingAgain: changingDrivesState(words, tells, 'withoutPower'),
      vm: {
        entry: [
          // What was said of the role before a restart of Windows says nothing of it any more.
          assign({ reported: { status: 'StartingVM', details: '' }, rebootAsked: false }),
          assign({ agent: ({ context }) => ({ wanted: context.agent.wanted }) }),
          { type: 'tellStatus', params: { status: 'StartingVM' } },
          'beginBoot',
          () => tells.boots(),
          () => tells.power(true),
        ],
        exit: () => tells.power(false),
        invoke: {
          id: 'vm',
          src: 'vm',
          input: ({ context: { timings, services, host } }) => ({ timings, services, bootFails: host.bootFails }),
        },
        initial: 'booting',
        on: {
          // Where the drives are being changed it waits for that; where Windows shuts down already it is what happens.
          'vm.rebootAsked': { actions: assign({ rebootAsked: true }) },
          'service.started': { actions: ({ event }) => tells.service(event) },
          'service.exited': { actions: ({ event }) => tells.service(event) },
          'service.overdue': { actions: ({ event }) => tells.service(event) },
          'service.message': [
            { guard: isInstaller, actions: [{ type: 'noteInstalled', params: saidInstalled }, ({ event }) => tells.service(event)] },
            { actions: ({ event }) => tells.service(event) },
          ],
        },
        states: {
          booting: {
            always: [
              { guard: 'wantsOff', target: 'shuttingDown' },
              { guard: 'eventCutsPower', target: 'powerOff' },
              { guard: 'isRebootAsked', target: 'shuttingDownFromInside' },
            ],
            // An agent that never answers is silent as well.
            after: {
              firstReport: { actions: () => tells.guestLate() },
              bootLost: { target: 'powerOff', actions: 'bootFailed' },
            },
            on: {
              'service.message': {
                guard: ({ event }) => event.service === 'WindowsAzureGuestAgent' && event.message.type === 'running',
                target: 'guest',
                actions: ['forgetFailedBoots', ({ event }) => tells.service(event)],
              },
            },
          },
          guest: {
            type: 'parallel',
            entry: ['remindOfFaults', 'tellGoal'],
            always: { guard: 'isRebootAsked', target: 'shuttingDownFromInside' },
            on: { faults: { actions: [{ type: 'takeFaults', params: ({ event }) => event }, 'tellFaults'] } },
            states: {
              asking: askingState(words),
              hearing: hearingState(words, tells),
              patience: patienceState(words, tells),
              serving: servingState(words, tells),
              updating: updatingAgentState(words, tells),
            },
          },
          // Windows stays on: in-place upgrade, Stop and Start (K17). What fails is tried once more without Windows.
          remounting: changingDrivesState(words, tells, 'guest', 'powerOff'),
          replacingAgent: replacingAgentState(words, tells),
          // Ten minutes of silence, or an event that asks nobody: everything ends at once.
          powerOff: {
            entry: [
              { type: 'tellStatus', params: { status: 'StoppingVM' } },
              { type: 'tellVm', params: { type: 'vm.powerOff' } },
            ],
            on: { 'vm.off': '#hostAgent.withoutPower' },
          },
          shuttingDown: shuttingDown('platform'),
          shuttingDownFromInside: shuttingDown('inside'),
        },
      },
      withoutPower: {
        always: [
          { guard: 'wantsOff', target: 'off' },
          { guard: 'eventMakesNewVm', target: 'deletingVm' },
          { guard: 'bootsFailTooOften', target: 'bootFailed' },
          { guard: 'eventTakesHost', target: 'awaitingHost' },
          { guard: 'hostIsAway', target: 'awaitingHost' },
          { guard: 'eventIsDue', target: 'changingDrives' },
          { target: 'vm' },
        ],
      },
      deletingVm: {
        entry: ['forgetFailedBoots', { type: 'tellStatus', params: { status: 'DeletingVM' } }],
        always: 'creatingVm',
      },
      awaitingHost: awaitingHostState(words, tells),
      bootFailed: bootFailedState(words, tells),
      changingDrives: {
        entry: { type: 'tellStatus', params: { status: 'StartingVM' } },
        ...changingDrivesState(words, tells, 'withoutPower'),
      },
      off: {
        entry: [{ type: 'tellStatus', params: { status: 'StoppedVM' } }, () => tells.off()],
        on: {
          goal: {
            guard: { type: 'isNewer', params: ({ event }) => event.goal },
            target: 'noVm',
            actions: { type: 'takeGoal', params: ({ event }) => event.goal },
          },
        },
      },
    },
  });
}
