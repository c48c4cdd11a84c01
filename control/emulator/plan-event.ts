import type { EventPlan, InstancePlan, PlanRequest } from '../../contracts/event-plan.ts';
import type { RunningInstance } from '../../fabric/fabric-controller.ts';
import type { RolePackage } from '../../model/package/service-package.ts';
import { planInstance } from './plan/plan-instance.ts';

/**
 * Previews an event: what it would take away from these instances, and what it would set back. Nothing is changed.
 *
 * @param roles what the package has for each role
 * @throws UserError RV1426, RV1433 when the package cannot be read
 */
export async function planEvent(
  { event }: PlanRequest,
  instances: readonly Pick<RunningInstance, 'vm' | 'vmRoot'>[],
  roles: readonly RolePackage[],
): Promise<EventPlan> {
  const plans: InstancePlan[] = [];
  // One after the other: drives can be large, and the disk is one.
  for (const { vm, vmRoot } of instances) {
    const role = roles.find(({ name }) => name === vm.roleName);
    if (role === undefined) throw new Error(`the package has no role ${vm.roleName}`);
    plans.push(await planInstance(event, vm, vmRoot, role));
  }
  return { event, instances: plans };
}
