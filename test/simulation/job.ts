import type { EndedProcess } from '../../kernel/job-object/index.ts';
import type { SimulatedProcess } from './process.ts';
import type { SimulatedVm } from './vm.ts';
import type { World } from './world.ts';

/**
 * Ends everything that belongs to a role of this VM, in several looks, as the kernel's job object does.
 *
 * @param spared left alone with everything below them
 */
export async function endJob(
  world: World,
  vm: SimulatedVm,
  owner: SimulatedProcess,
  spared: readonly SimulatedProcess[] = [],
): Promise<EndedProcess[]> {
  const ended: EndedProcess[] = [];
  for (;;) {
    await owner.work(world.noise.between(1, 25), () => {});
    const members = jobMembers(world, vm).filter((member) => !isBelow(member, spared));
    if (members.length === 0) return ended;
    for (const member of members.reverse()) {
      world.end(member, { signal: 'SIGKILL' }, `${owner.name} (job closed)`);
      ended.push({ pid: member.pid, name: member.name });
    }
  }
}

export function jobMembers(world: World, vm: SimulatedVm): SimulatedProcess[] {
  return world.processes(vm.name).filter((process) => process.job !== undefined);
}

function isBelow(process: SimulatedProcess | undefined, roots: readonly SimulatedProcess[]): boolean {
  return process !== undefined && roots.length > 0 && (roots.includes(process) || isBelow(process.parent, roots));
}
