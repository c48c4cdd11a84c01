import { jobMembers } from '../job.ts';
import type { InvariantOf } from './invariant.ts';

/** Never two of one process in one VM, and nothing of a former role when a new one begins. */
export const neverTwice: InvariantOf = (world) => ({
  started: (process) => {
    const vm = world.vms.find(({ name }) => name === process.vm);
    if (vm === undefined || process.name === 'daemon') return;
    const twin = world.processes(vm.name).find((other) => other !== process && other.name === process.name);
    if (twin !== undefined) world.fail(`${process.name} (${process.pid}) of ${vm.name} starts while ${twin.pid} lives`);
    if (process.name !== 'WaHostBootstrapper') return;
    const left = jobMembers(world, vm).filter((member) => member !== process);
    if (left.length > 0)
      world.fail(`a role starts in ${vm.name} while ${left.map(({ name, pid }) => `${name} (${pid})`).join(', ')} is left`);
  },
});
