import type { InvariantOf } from './invariant.ts';

/** StoppedVM is the last word of a shutdown: nothing of the VM lives then (AB 3.1). */
export const stoppedIsEmpty: InvariantOf = (world) => ({
  status: (vm, status) => {
    const left = world.processes(vm.name);
    if (status === 'StoppedVM' && left.length > 0) {
      world.fail(`${vm.name} is StoppedVM while ${left.map(({ name, pid }) => `${name} (${pid})`).join(', ')} lives`);
    }
  },
});
