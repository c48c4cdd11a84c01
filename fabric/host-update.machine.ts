import { assign, setup } from 'xstate';

/** The nodes of one upgrade domain, as the instances that are on them. */
export interface HostUpdateStep {
  readonly upgradeDomain: number;
  readonly instances: readonly string[];
}

/** How far an instance is: it has been told, its host is back, it is as it is wanted. */
export type HostUpdateProgress = 'down' | 'back' | 'up';

export type HostUpdateEvent =
  | { readonly type: 'update'; readonly steps: readonly HostUpdateStep[] }
  | { readonly type: 'instance.changed'; readonly instance: string; readonly progress: HostUpdateProgress };

interface HostUpdateContext {
  /** Those that wait for their turn. */
  readonly queue: readonly HostUpdateStep[];
  readonly progress: Readonly<Record<string, HostUpdateProgress>>;
}

export interface HostUpdateTells {
  /** The hosts of these instances are to be updated now, all at once. */
  begin(step: HostUpdateStep): void;
  /** These instances have had their time and are not up; the walk goes on without them. */
  late(instances: readonly string[]): void;
}

/**
 * The update of hosts under one deployment: one upgrade domain after the other, never two of them down (AB 10.5, S1).
 *
 * Thirty minutes after its hosts are back, the next domain's turn comes whether the instances of this one are Ready or not. A host that
 * does not come back is waited for without limit: until then its domain is down.
 *
 * @param roleStartMs Azure milliseconds that an instance has to become Ready
 */
export function hostUpdateMachine(tells: HostUpdateTells, roleStartMs: number) {
  const notYet = ({ progress }: HostUpdateContext, wanted: HostUpdateProgress) =>
    Object.keys(progress).filter((instance) => progress[instance] !== 'up' && progress[instance] !== wanted);
  return setup({
    types: { context: {} as HostUpdateContext, events: {} as HostUpdateEvent },
    delays: { roleStart: roleStartMs },
    guards: {
      someWait: ({ context }) => context.queue.length > 0,
      allBack: ({ context }) => notYet(context, 'back').length === 0,
      allUp: ({ context }) => notYet(context, 'up').length === 0,
    },
  }).createMachine({
    id: 'hostUpdate',
    context: { queue: [], progress: {} },
    initial: 'resting',
    on: {
      update: { actions: assign({ queue: ({ context, event }) => event.steps.reduce(withStep, context.queue) }) },
      'instance.changed': {
        guard: ({ context, event }) => Object.hasOwn(context.progress, event.instance),
        actions: assign({ progress: ({ context, event }) => ({ ...context.progress, [event.instance]: event.progress }) }),
      },
    },
    states: {
      resting: {
        entry: assign({ progress: {} }),
        always: {
          guard: 'someWait',
          target: 'awaitingHosts',
          actions: [
            ({ context: { queue } }) => {
              if (queue[0] !== undefined) tells.begin(queue[0]);
            },
            assign({
              queue: ({ context }) => context.queue.slice(1),
              progress: ({ context }) => Object.fromEntries((context.queue[0]?.instances ?? []).map((instance) => [instance, 'down'])),
            }),
          ],
        },
      },
      awaitingHosts: {
        always: { guard: 'allBack', target: 'starting' },
      },
      starting: {
        always: { guard: 'allUp', target: 'resting' },
        after: { roleStart: { target: 'resting', actions: ({ context }) => tells.late(notYet(context, 'up')) } },
      },
    },
  });
}

/** An upgrade domain that waits for its turn has one turn, however often it was asked for. */
function withStep(queue: readonly HostUpdateStep[], step: HostUpdateStep): readonly HostUpdateStep[] {
  const same = queue.find(({ upgradeDomain }) => upgradeDomain === step.upgradeDomain);
  if (same === undefined) return [...queue, step];
  const instances = [...new Set([...same.instances, ...step.instances])];
  return queue.map((waiting) => (waiting === same ? { ...step, instances } : waiting));
}
