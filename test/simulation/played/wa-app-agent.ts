import { fromPromise } from 'xstate';
import { type WaAppAgentActors, type WaAppAgentTells, waAppAgentMachine } from '../../../agents/wa-app-agent/wa-app-agent.machine.ts';
import { type FromService, type ToService, toService } from '../../../contracts/links.ts';
import type { Program } from '../child.ts';
import { builtOnce } from '../part.ts';
import type { SimulatedVm } from '../vm.ts';
import type { World } from '../world.ts';
import { exitWhenTold, runMachine, tellStates } from './run-machine.ts';

const machineOf = builtOnce(waAppAgentMachine);

export function waAppAgentProgram(world: World, _vm: SimulatedVm): Program<ToService, FromService> {
  let hear = (_: ToService) => {};
  return {
    name: 'WaAppAgent',
    bootMs: world.noise.between(20, 200),
    accepts: toService,
    main: (process, link) => {
      const actors: WaAppAgentActors = { installGuestAgent: fromPromise(() => process.work(world.noise.between(0, 20), () => {})) };
      const tells: WaAppAgentTells = {
        running: () => link.send({ type: 'running' }),
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
