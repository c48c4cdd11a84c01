import type { EventPlan, InstancePlan, PlanRequest } from '../../contracts/event-plan.ts';
import type { VmEventName } from '../../contracts/events.ts';
import type { RunningInstance } from '../../fabric/fabric-controller.ts';
import type { RolePackage } from '../../model/package/service-package.ts';
import { planInstance } from './plan/plan-instance.ts';

/**
 * Previews an event: what it would take away from these instances, and what it would set back. Nothing is changed.
 *
 * @param roles what the package has for each role
 * @param all every instance of the deployment: some may be on the same nodes
 * @throws UserError RV1426, RV1433 when the package cannot be read
 */
export async function planEvent(
  { event }: PlanRequest,
  instances: readonly Pick<RunningInstance, 'vm' | 'vmRoot' | 'node'>[],
  roles: readonly RolePackage[],
  all: readonly Pick<RunningInstance, 'vm' | 'node'>[] = [],
): Promise<EventPlan> {
  const plans: InstancePlan[] = [];
  // One after the other: drives can be large, and the disk is one.
  for (const instance of instances) {
    const { vm, vmRoot } = instance;
    const role = roles.find(({ name }) => name === vm.roleName);
    if (role === undefined) throw new Error(`the package has no role ${vm.roleName}`);
    const plan = await planInstance(event, vm, vmRoot, role);
    plans.push(takesHost.includes(event) ? { ...plan, goDownWithIt: neighbours(instance, all) } : plan);
  }
  return { event, instances: plans };
}

/** All guests of the node are down for these (AB 10.5). */
const takesHost: readonly VmEventName[] = ['update-host', 'power-cycle'];

function neighbours({ vm, node }: Pick<RunningInstance, 'vm' | 'node'>, all: readonly Pick<RunningInstance, 'vm' | 'node'>[]): string[] {
  const names = all.filter((other) => other.node() === node()).map((other) => other.vm.instanceId);
  return names.filter((name) => name !== vm.instanceId);
}
