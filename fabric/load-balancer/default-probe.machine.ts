import { assign, type CallbackActorLogic, type SnapshotFrom, sendTo, setup } from 'xstate';
import type { InstanceStatus } from '../../contracts/instance-status.ts';
import type { LastProbe, Rotation } from '../../contracts/rotation.ts';
import type { ProberCommand, ProberEvent } from './prober.ts';

export type DefaultProbeEvent = ProberEvent | { readonly type: 'instance.status'; readonly status: InstanceStatus };

interface DefaultProbeContext {
  /** Azure milliseconds without a 200 after which it is out. */
  readonly timeoutMs: number;
  /** Wall clock. */
  readonly now: () => Date;
  readonly onlyInstance: boolean;
  readonly probe: LastProbe;
  /** Since when it is in or out, ISO 8601. */
  readonly since: string;
  /** Azure milliseconds that the last 200 still holds. */
  readonly leftMs: number;
}

/** Nothing is there to be asked. */
const withoutGuest: ReadonlySet<InstanceStatus> = new Set(['RoleStateUnknown', 'CreatingVM', 'StartingVM', 'StoppedVM', 'DeletingVM']);
const leaving: ReadonlySet<InstanceStatus> = new Set(['StoppingRole', 'StoppingVM', 'StoppedVM', 'DeletingVM']);

/**
 * The load balancer's default probe of one instance, and whether the instance is in rotation by it (AB 3.4, 3.6, 4).
 *
 * One answer 200 takes it in; any other answer or a reset takes it out at once; without an answer it is out when the last 200 is as
 * old as the time-out. An orderly stop takes it out before its role hears of it. The only instance of a role is always in (K20).
 */
export function defaultProbeMachine(
  prober: CallbackActorLogic<ProberCommand, undefined, ProberEvent>,
  input: Pick<DefaultProbeContext, 'timeoutMs' | 'now' | 'onlyInstance'>,
) {
  const created = input.now().toISOString();
  return setup({
    types: { context: {} as DefaultProbeContext, events: {} as DefaultProbeEvent },
    actors: { prober },
    delays: { left: ({ context }) => context.leftMs },
    guards: {
      hasNoGuest: ({ event }) => event.type === 'instance.status' && withoutGuest.has(event.status),
      hasGuest: ({ event }) => event.type === 'instance.status' && !withoutGuest.has(event.status),
      leaves: ({ event }) => event.type === 'instance.status' && leaving.has(event.status),
      stays: ({ event }) => event.type === 'instance.status' && !leaving.has(event.status),
      isGood: ({ event }) => event.type === 'probe.answered' && event.answer === 200,
      isOnlyInstance: ({ context }) => context.onlyInstance,
    },
    actions: {
      note: assign(({ context }, { answer, since }: { answer: LastProbe['answer']; since?: string }) => ({
        probe: context.probe.answer === answer ? context.probe : { answer, since: since ?? context.now().toISOString() },
      })),
      stampRotation: assign(({ context }) => ({ since: context.now().toISOString() })),
      countDown: assign(({ context }, silentMs: number) => ({ leftMs: Math.max(0, context.timeoutMs - silentMs) })),
      tellAgain: sendTo('prober', { type: 'prober.tellAgain' } satisfies ProberCommand),
    },
  }).createMachine({
    id: 'defaultProbe',
    type: 'parallel',
    context: { ...input, probe: { answer: 'none', since: created }, since: created, leftMs: input.timeoutMs },
    states: {
      probe: {
        initial: 'resting',
        states: {
          resting: {
            entry: { type: 'note', params: { answer: 'none' } },
            on: { 'instance.status': { guard: 'hasGuest', target: 'asking' } },
          },
          asking: {
            invoke: { id: 'prober', src: 'prober' },
            on: {
              // What was told may have been passed over below, as a 200 is during an orderly stop.
              'instance.status': [{ guard: 'hasNoGuest', target: 'resting' }, { actions: 'tellAgain' }],
              'probe.answered': { actions: { type: 'note', params: ({ event }) => ({ answer: event.answer }) } },
              'probe.unanswered': { actions: { type: 'note', params: ({ event }) => ({ answer: 'unanswered', since: event.askedAt }) } },
            },
          },
        },
      },
      rotation: {
        initial: 'entering',
        states: {
          entering: { always: [{ guard: 'isOnlyInstance', target: 'onlyInstance' }, { target: 'out' }] },
          onlyInstance: {},
          in: {
            entry: 'stampRotation',
            initial: 'trusted',
            on: {
              'instance.status': { guard: 'leaves', target: 'out.stopping' },
              'probe.answered': [{ guard: 'isGood', target: '.trusted' }, { target: 'out' }],
            },
            states: {
              trusted: {
                on: {
                  'probe.unanswered': { target: 'doubtful', actions: { type: 'countDown', params: ({ event }) => event.silentMs } },
                  // Without an orderly stop: a VM that is off answers nobody.
                  'instance.status': [
                    { guard: 'leaves', target: '#defaultProbe.rotation.out.stopping' },
                    { guard: 'hasNoGuest', target: 'doubtful', actions: { type: 'countDown', params: 0 } },
                  ],
                },
              },
              doubtful: { after: { left: '#defaultProbe.rotation.out' } },
            },
          },
          out: {
            entry: 'stampRotation',
            initial: 'failing',
            states: {
              failing: {
                on: {
                  'instance.status': { guard: 'leaves', target: 'stopping' },
                  'probe.answered': { guard: 'isGood', target: '#defaultProbe.rotation.in' },
                },
              },
              // A 200 that was under way when the stop began brings it back no more.
              stopping: { on: { 'instance.status': { guard: 'stays', target: 'failing' } } },
            },
          },
        },
      },
    },
  });
}

/** What the machine's state means for the balancer. */
export function rotationOf({ value, context: { since, probe } }: SnapshotFrom<ReturnType<typeof defaultProbeMachine>>): Rotation {
  const { rotation } = value;
  if (rotation === 'onlyInstance') return { inRotation: true, reason: 'onlyInstance', since, probe };
  if (typeof rotation === 'object' && 'in' in rotation) return { inRotation: true, reason: 'probe', since, probe };
  const stopping = typeof rotation === 'object' && 'out' in rotation && rotation.out === 'stopping';
  return { inRotation: false, reason: stopping ? 'stopping' : 'probe', since, probe };
}
