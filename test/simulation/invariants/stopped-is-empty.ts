import type { InvariantOf } from './invariant.ts';

/** StoppedVM is the last word of a shutdown: nothing of the VM lives then; of a suspended deployment the agents do (AB 3.1, K17). */
export const stoppedIsEmpty: InvariantOf = (world) => ({
  status: (vm, status) => {
    const left = world.processes(vm.name).filter(({ job }) => vm.goal.power === 'off' || job !== undefined);
    if (status === 'StoppedVM' && left.length > 0) {
      world.fail(`${vm.name} is StoppedVM while ${left.map(({ name, pid }) => `${name} (${pid})`).join(', ')} lives`);
    }
  },
});
