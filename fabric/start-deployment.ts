import { createActor } from 'xstate';
import type { ControlledInstance } from './controlled-instance.ts';
import { deploymentMachine } from './deployment.machine.ts';
import type { FabricListener } from './fabric-controller.ts';
import type { LoadBalancer } from './load-balancer/load-balancer.ts';

/** Starts the actor that knows the status of the whole deployment; its end is that of the load balancer. */
export function startDeployment(
  instances: readonly ControlledInstance[],
  balancer: Pick<LoadBalancer, 'stop'>,
  listener: Pick<FabricListener, 'closed' | 'fault'>,
) {
  const stopped = instances.filter(({ goal }) => goal.expectedState === 'Stopped').map(({ name }) => name);
  const names = instances.map(({ name }) => name);
  const deployment = createActor(deploymentMachine(names, stopped));
  deployment.subscribe({
    complete: () => {
      balancer.stop();
      listener.closed();
    },
    error: listener.fault,
  });
  return deployment.start();
}
