import { fromCallback, fromPromise } from 'xstate';
import { hostAgentMachine } from '../../../agents/host-agent/host-agent.machine.ts';
import type { HostAgentTells } from '../../../agents/host-agent/host-agent.tells.ts';
import type { HostAgentActors } from '../../../agents/host-agent/host-agent.words.ts';
import type { ServiceSpec } from '../../../agents/vm/service.machine.ts';
import { imageAgentVersion } from '../../../contracts/agent-version.ts';
import { type FromService, fromService, type ToService } from '../../../contracts/links.ts';
import { type StartGate, startGate } from '../../../kernel/start-gate.ts';
import { eventFates } from '../../../sandbox/drive-fate.ts';
import { simulatedChild } from '../child.ts';
import { endJob } from '../job.ts';
import { builtOnce } from '../part.ts';
import type { SimulatedProcess } from '../process.ts';
import type { SimulatedVm } from '../vm.ts';
import type { World } from '../world.ts';
import { guestAgentProgram } from './guest-agent.ts';
import { runMachine } from './run-machine.ts';
import { waAppAgentProgram } from './wa-app-agent.ts';

const services: readonly ServiceSpec[] = [
  { name: 'WaAppAgent', ownsJob: false },
  { name: 'WindowsAzureGuestAgent', ownsJob: true },
];

const machineOf = builtOnce((actors: HostAgentActors, tells: HostAgentTells, timings) =>
  hostAgentMachine(actors, tells, { timings, services, eventDone: 0 }),
);

/** `rolevm up`: one process, and in it a host agent for each VM, each an actor system of its own. */
export function startUp(world: World): SimulatedProcess {
  return world.start({
    name: 'rolevm up',
    vm: '',
    bootMs: 0,
    main: (process) => {
      const gate = startGate(3);
      for (const vm of world.vms) startHostAgent(world, vm, process, gate);
    },
  });
}

function startHostAgent(world: World, vm: SimulatedVm, up: SimulatedProcess, gate: StartGate): void {
  const actors: HostAgentActors = {
    changeDrives: fromPromise(({ input }) =>
      up.work(world.noise.between(5, 500), () => {
        createVm(vm);
        if (input.some(({ name }) => eventFates[name].D === 'rebuilt')) vm.installedAgent = imageAgentVersion;
        vm.eventDone = input.at(-1)?.n ?? vm.eventDone;
        return vm.eventDone;
      }),
    ),
    process: simulatedChild<ToService, FromService, ServiceSpec>({
      world,
      vm,
      owner: up,
      program: ({ name }) => (name === 'WaAppAgent' ? waAppAgentProgram(world, vm) : guestAgentProgram(world, vm)),
      accepts: fromService,
      heard: ({ name }) => {
        if (name === 'WindowsAzureGuestAgent') vm.heardAt = world.clock.now();
      },
      whenStopped: 'kill',
      gate,
    }),
    closeJob: fromPromise(async () => {
      await endJob(world, vm, up);
    }),
    endEverything: fromPromise(async () => {
      for (const process of world.processes(vm.name)) {
        if (process.job === undefined) world.end(process, { signal: 'SIGKILL' }, 'rolevm up (power off)');
      }
      await endJob(world, vm, up);
    }),
    // No program of the simulation registers a service.
    registered: fromCallback(({ sendBack, receive }) => receive(() => sendBack({ type: 'registered.stopped' }))),
  };
  const tells: HostAgentTells = {
    boots: () => {
      vm.bootedAt = world.clock.now();
      vm.heardAt = world.clock.now();
      world.trace.note(vm.name, 'Windows starts');
    },
    off: () => world.trace.note(vm.name, 'off'),
    power: () => {},
    bootFaultSpent: () => {},
    bootsFail: () => world.trace.note(vm.name, 'boots fail'),
    hostOverdue: () => world.trace.note(vm.name, 'host is overdue'),
    shutsDown: () => world.trace.note(vm.name, 'Windows shuts down'),
    status: (status, details) => {
      world.trace.note(vm.name, status, details);
      world.tellInvariants((invariant) => invariant.status?.(vm, status));
      vm.status = status;
    },
    service: () => {},
    guestHeard: () => {},
    guestLate: () => world.trace.note(vm.name, 'the guest agent is late'),
    guestLost: (how) => world.trace.note(vm.name, 'the guest agent is given up', how),
    updateIsLate: (version) => world.trace.note(vm.name, 'the update of the guest agent is late', version),
    creationIsLong: () => {},
  };
  const actor = runMachine({
    world,
    process: up,
    machine: machineOf(actors, tells),
    actors,
    tells,
    entered: (state) => {
      vm.hostAgent = state;
      world.trace.note(vm.name, 'host agent', state);
    },
  });
  vm.pursue = (goal) => up.receive(() => actor.send({ type: 'goal', goal }));
  vm.setFaults = (faults) => up.receive(() => actor.send({ type: 'faults', faults }));
  if (vm.goal.incarnation > 0) vm.pursue(vm.goal);
}

function createVm(vm: SimulatedVm): void {
  if (vm.troubles.createVm === 0) return;
  vm.troubles.createVm -= 1;
  throw new Error('ENOSPC: no space left on device');
}
