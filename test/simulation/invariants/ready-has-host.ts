import type { SimulatedVm } from '../vm.ts';
import { longestLatencyMs, type World } from '../world.ts';
import type { InvariantOf } from './invariant.ts';

/** An instance is never Ready while its role does not run, but for as long as the news takes to whoever has to hear of it. */
export const readyHasHost: InvariantOf = (world) => {
  const wrongSince = new Map<SimulatedVm, number>();
  return {
    stepped: () => {
      for (const vm of world.vms) {
        if (vm.status !== 'ReadyRole' || runs(world, vm) || !isWatched(world, vm)) wrongSince.delete(vm);
        else {
          const since = wrongSince.get(vm) ?? world.clock.now();
          wrongSince.set(vm, since);
          if (world.clock.now() - since > longestNewsMs) world.fail(`${vm.name} is Ready, but its role does not run`);
        }
      }
    },
  };
};

/** Host to bootstrapper to agent to host agent. */
const longestNewsMs = 3 * (longestLatencyMs + 20);

function runs(world: World, vm: SimulatedVm): boolean {
  const part = vm.entryPoint === 'NetFxEntryPoint' ? 'WaWorkerHost' : 'program';
  return world.processes(vm.name).some(({ name }) => name === part);
}

/** Nobody on the way of the news is paused or just come back: a paused one hears and tells nothing (AB 1.2). */
function isWatched(world: World, vm: SimulatedVm): boolean {
  if (world.clock.now() < vm.lateUntil) return false;
  const chain = ['rolevm up', 'WindowsAzureGuestAgent', 'WaHostBootstrapper', 'WaWorkerHost'];
  return [...world.processes(''), ...world.processes(vm.name)].filter(({ name }) => chain.includes(name)).every(({ paused }) => !paused);
}
