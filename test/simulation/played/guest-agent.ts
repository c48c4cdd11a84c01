import { fromPromise } from 'xstate';
import { agentStory } from '../../../agents/guest-agent/agent-story.ts';
import { guestAgentMachine } from '../../../agents/guest-agent/guest-agent.machine.ts';
import type { GuestAgentActors, GuestAgentTells } from '../../../agents/guest-agent/guest-agent.words.ts';
import {
  type FromBootstrapper,
  type FromService,
  fromBootstrapper,
  type ToBootstrapper,
  type ToService,
  toService,
} from '../../../contracts/links.ts';
import type { VmDocument } from '../../../contracts/vm-document.ts';
import { type Program, simulatedChild } from '../child.ts';
import { endJob } from '../job.ts';
import { builtOnce } from '../part.ts';
import type { SimulatedProcess } from '../process.ts';
import type { SimulatedVm } from '../vm.ts';
import type { World } from '../world.ts';
import { bootstrapperProgram } from './bootstrapper.ts';
import { silentEvents, silentLog } from './logs.ts';
import { exitWhenTold, runMachine, tellStates } from './run-machine.ts';

const machineOf = builtOnce((actors: GuestAgentActors, tells: GuestAgentTells, timings, now) =>
  guestAgentMachine(actors, tells, { timings, now }),
);

export function guestAgentProgram(world: World, vm: SimulatedVm): Program<ToService, FromService> {
  let hear = (_: ToService) => {};
  return {
    name: 'WindowsAzureGuestAgent',
    bootMs: world.noise.between(20, 200),
    accepts: toService,
    main: (process, link) => {
      const document = { deploymentId: 'd', instanceId: vm.name, configIncarnation: 1, timings: world.timings } as VmDocument;
      const story = agentStory({
        vm: document,
        clock: process.clock,
        health: silentLog,
        runtime: silentLog,
        events: silentEvents,
        link: { ...link, drain: (then) => then() },
        bootstrapperLog: '',
      });
      const actors: GuestAgentActors = {
        prepareGuest: fromPromise(() => process.work(world.noise.between(1, 500), () => prepareGuest(vm))),
        bootstrapper: simulatedChild<ToBootstrapper, FromBootstrapper>({
          world,
          vm,
          owner: process,
          accepts: fromBootstrapper,
          whenStopped: 'leave',
          program: () => bootstrapperProgram(world, vm),
        }),
        endJob: fromPromise(async ({ input: { spareHost } }) => {
          const spared = spareHost ? world.processes(vm.name).filter(({ name }) => name === 'WaWorkerHost') : [];
          story.jobEnded(await endJob(world, vm, process, spared), spareHost);
          return spared.map(({ pid }) => ({ pid, startTicks: String(pid) }));
        }),
        hostGone: fromPromise(({ input }) =>
          gone(
            world,
            process,
            input.map(({ pid }) => pid),
          ),
        ),
      };
      const tells: GuestAgentTells = {
        ...story,
        leave: () => {
          story.leave();
          exitWhenTold(world, process, 0);
        },
      };
      const actor = runMachine({
        world,
        process,
        machine: machineOf(actors, tells),
        actors,
        tells,
        select: (value) => (typeof value === 'object' ? (value['role'] ?? value) : value),
        entered: tellStates(world, process, link.send),
      });
      hear = (message) => actor.send(message);
      link.send({ type: 'running' });
    },
    receive: (message) => hear(message),
    onLost: () => hear({ type: 'service.stop' }),
  };
}

/** Looks again and again, as the agent does. */
async function gone(world: World, agent: SimulatedProcess, pids: readonly number[]): Promise<void> {
  while (agent.alive && world.processes(agent.vm).some(({ pid }) => pids.includes(pid))) await agent.work(500, () => {});
}

function prepareGuest(vm: SimulatedVm): void {
  if (vm.troubles.prepareGuest === 0) return;
  vm.troubles.prepareGuest -= 1;
  throw new Error('LocalStorage "Cache" cannot be emptied: a file in it is locked.');
}
