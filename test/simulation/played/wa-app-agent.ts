import { fromPromise } from 'xstate';
import { waAppAgentMachine } from '../../../agents/wa-app-agent/wa-app-agent.machine.ts';
import { type FromService, type ToService, toService } from '../../../contracts/links.ts';
import type { Program } from '../child.ts';
import type { SimulatedVm } from '../vm.ts';
import type { World } from '../world.ts';
import { exitWhenTold, runMachine, tellStates } from './run-machine.ts';

export function waAppAgentProgram(world: World, _vm: SimulatedVm): Program<ToService, FromService> {
  let hear = (_: ToService) => {};
  return {
    name: 'WaAppAgent',
    bootMs: world.noise.between(20, 200),
    accepts: toService,
    main: (process, link) => {
      const machine = waAppAgentMachine(
        { installGuestAgent: fromPromise(() => process.work(world.noise.between(0, 20), () => {})) },
        {
          running: () => link.send({ type: 'running' }),
          heartbeat: (n) => link.send({ type: 'heartbeat', n }),
          leave: () => exitWhenTold(world, process, 0),
        },
      );
      const actor = runMachine({ world, process, machine, entered: tellStates(world, process, link.send) });
      hear = (message) => actor.send(message);
    },
    receive: (message) => hear(message),
    onLost: () => hear({ type: 'service.stop' }),
  };
}
