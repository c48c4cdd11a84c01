import { assign, setup } from 'xstate';
import type { InstanceStatus } from '../contracts/instance-status.ts';

export type DeploymentEvent =
  | { readonly type: 'instance.status'; readonly instance: string; readonly status: InstanceStatus }
  | { readonly type: 'instance.wanted'; readonly instance: string; readonly state: 'Started' | 'Stopped' }
  /** Its VM has no power any more. */
  | { readonly type: 'instance.off'; readonly instance: string }
  /** The emulator ends. */
  | { readonly type: 'deployment.close' };

type PerInstance<Value> = Readonly<Record<string, Value>>;

interface DeploymentContext {
  readonly statuses: PerInstance<InstanceStatus>;
  readonly wanted: PerInstance<'Started' | 'Stopped'>;
  readonly on: PerInstance<boolean>;
}

/**
 * A deployment from its creation to its end, seen through the goals and the status of its instances (AB 3.1, D-rest Deployment Status).
 *
 * @param stopped those of them that are not to run at first
 */
export function deploymentMachine(instances: readonly string[], stopped: readonly string[] = []) {
  const each = <Value>(value: Value): PerInstance<Value> => Object.fromEntries(instances.map((instance) => [instance, value]));
  return setup({
    types: { context: {} as DeploymentContext, events: {} as DeploymentEvent },
    guards: {
      someWanted: ({ context }) => Object.values(context.wanted).includes('Started'),
      noneWanted: ({ context }) => !Object.values(context.wanted).includes('Started'),
      allReady: ({ context }) =>
        Object.entries(context.wanted).every(([instance, wanted]) => wanted === 'Stopped' || context.statuses[instance] === 'ReadyRole'),
      allStopped: ({ context }) => Object.values(context.statuses).every((status) => status === 'StoppedVM'),
      allOff: ({ context }) => !Object.values(context.on).includes(true),
    },
  }).createMachine({
    id: 'deployment',
    context: {
      statuses: each('RoleStateUnknown'),
      wanted: { ...each('Started'), ...Object.fromEntries(stopped.map((instance) => [instance, 'Stopped' as const])) },
      on: each(true),
    },
    initial: 'Deploying',
    on: {
      'instance.status': {
        actions: assign({ statuses: ({ context, event }) => ({ ...context.statuses, [event.instance]: event.status }) }),
      },
      'instance.wanted': {
        actions: assign({ wanted: ({ context, event }) => ({ ...context.wanted, [event.instance]: event.state }) }),
      },
      // Before the end of the emulator only by a fault of ours: nobody is there who could tell it later.
      'instance.off': { actions: assign({ on: ({ context, event }) => ({ ...context.on, [event.instance]: false }) }) },
      'deployment.close': '.Closing',
    },
    states: {
      Deploying: {
        always: [
          { guard: 'noneWanted', target: 'Suspending' },
          { guard: 'allReady', target: 'Running' },
        ],
      },
      Running: { always: { guard: 'noneWanted', target: 'Suspending' } },
      Suspending: {
        always: [
          { guard: 'someWanted', target: 'Starting' },
          { guard: 'allStopped', target: 'Suspended' },
        ],
      },
      Suspended: { always: { guard: 'someWanted', target: 'Starting' } },
      Starting: {
        always: [
          { guard: 'noneWanted', target: 'Suspending' },
          { guard: 'allReady', target: 'Running' },
        ],
      },
      Closing: {
        always: { guard: 'allOff', target: 'Closed' },
        on: { 'deployment.close': {} },
      },
      Closed: { type: 'final' },
    },
  });
}
