import type { HostGoal } from '../../contracts/host-goal.ts';
import type { SimulatedVm } from './vm.ts';
import type { World } from './world.ts';

/** Gives an instance another goal, as the fabric controller does. */
export function pursue(world: World, vm: SimulatedVm, change: Partial<HostGoal>): void {
  const isOther = change.roleGeneration !== undefined || change.event !== undefined || change.expectedState !== vm.goal.expectedState;
  vm.goal = { ...vm.goal, power: 'on', ...change, incarnation: vm.goal.incarnation + 1 };
  if (isOther) vm.goalAt = world.clock.now();
  world.trace.note(vm.name, 'goal', JSON.stringify(vm.goal));
  vm.pursue(vm.goal);
}
