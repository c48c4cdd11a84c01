import { assign, setup } from 'xstate';
import type { InstanceStatus } from '../contracts/instance-status.ts';

export type DeploymentEvent =
  | { readonly type: 'instance.status'; readonly instance: string; readonly status: InstanceStatus }
  | { readonly type: 'deployment.suspend' };

interface DeploymentContext {
  readonly statuses: Readonly<Record<string, InstanceStatus>>;
}

/** A deployment from its creation to its suspension, seen through the status of its instances (AB 3.1, D-rest Deployment Status). */
export function deploymentMachine(instances: readonly string[]) {
  return setup({
    types: { context: {} as DeploymentContext, events: {} as DeploymentEvent },
    guards: {
      allReady: ({ context }) => Object.values(context.statuses).every((status) => status === 'ReadyRole'),
      allStopped: ({ context }) => Object.values(context.statuses).every((status) => status === 'StoppedVM'),
    },
    actions: {
      note: assign(({ context }, event: { instance: string; status: InstanceStatus }) => ({
        statuses: { ...context.statuses, [event.instance]: event.status },
      })),
    },
  }).createMachine({
    id: 'deployment',
    context: { statuses: Object.fromEntries(instances.map((instance) => [instance, 'RoleStateUnknown' as const])) },
    initial: 'Deploying',
    on: { 'instance.status': { actions: { type: 'note', params: ({ event }) => event } } },
    states: {
      Deploying: { always: { guard: 'allReady', target: 'Running' }, on: { 'deployment.suspend': 'Suspending' } },
      Running: { on: { 'deployment.suspend': 'Suspending' } },
      Suspending: { always: { guard: 'allStopped', target: 'Suspended' } },
      Suspended: { type: 'final' },
    },
  });
}
