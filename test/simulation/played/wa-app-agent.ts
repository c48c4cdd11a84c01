import { fromPromise } from 'xstate';
import { type WaAppAgentActors, type WaAppAgentTells, waAppAgentMachine } from '../../../agents/wa-app-agent/wa-app-agent.machine.ts';
import { type FromService, type ToService, toService } from '../../../contracts/links.ts';
import type { Program } from '../child.ts';
import { builtOnce } from '../part.ts';
import type { SimulatedVm } from '../vm.ts';
import type { World } from '../world.ts';
import { exitWhenTold, runMachine, tellStates } from './run-machine.ts';

const machineOf = builtOnce((actors: WaAppAgentActors, tells: WaAppAgentTells, timings) => waAppAgentMachine(actors, tells, { timings }));

export function waAppAgentProgram(world: World, vm: SimulatedVm): Program<ToService, FromService> {
  let hear = (_: ToService) => {};
  return {
    name: 'WaAppAgent',
    bootMs: world.noise.between(20, 200),
    accepts: toService,
    main: (process, link) => {
      const actors: WaAppAgentActors = {
        installGuestAgent: fromPromise(() => process.work(world.noise.between(0, 20), () => vm.installedAgent)),
        layVersion: fromPromise(() => process.work(world.noise.between(1, 500), () => layVersion(vm))),
        switchVersion: fromPromise(({ input }) =>
          process.work(world.noise.between(1, 50), () => {
            vm.installedAgent = input;
          }),
        ),
      };
      const tells: WaAppAgentTells = {
        running: (agentVersion) => link.send({ type: 'running', ...(agentVersion === undefined ? {} : { agentVersion }) }),
        laid: (version) => link.send({ type: 'agent.laid', version }),
        stopAgent: () => link.send({ type: 'agent.stop' }),
        startAgent: (version) => link.send({ type: 'agent.start', version }),
        failed: (version, reason) => world.trace.note(process, `cannot install ${version}`, reason),
        heartbeat: (n) => link.send({ type: 'heartbeat', n }),
        leave: () => exitWhenTold(world, process, 0),
      };
      const actor = runMachine({
        world,
        process,
        machine: machineOf(actors, tells),
        actors,
        tells,
        entered: tellStates(world, process, link.send),
      });
      hear = (message) => actor.send(message);
    },
    receive: (message) => hear(message),
    onLost: () => hear({ type: 'service.stop' }),
  };
}

function layVersion(vm: SimulatedVm): void {
  if (vm.troubles.layAgent === 0) return;
  vm.troubles.layAgent -= 1;
  throw new Error('ENOSPC: no space left on device');
}
