import { assign, type PromiseActorLogic, raise, type SnapshotFrom, setup, stateIn } from 'xstate';
import type { InstanceStatus } from '../../contracts/instance-status.ts';
import type { LastProbe, Rotation } from '../../contracts/rotation.ts';
import type { Timings } from '../../contracts/timings.ts';
import type { ProbeAnswer } from './ask-probe.ts';

export type DefaultProbeEvent =
  | { readonly type: 'instance.status'; readonly status: InstanceStatus }
  | { readonly type: 'probe.answered'; readonly answer: ProbeAnswer };

interface DefaultProbeContext {
  readonly timings: Timings;
  /** Wall clock. */
  readonly now: () => Date;
  readonly onlyInstance: boolean;
  readonly probe: LastProbe;
  /** When the last question was asked, ISO 8601. */
  readonly askedAt: string;
  /** Since when it is in or out, ISO 8601. */
  readonly since: string;
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
  ask: PromiseActorLogic<ProbeAnswer>,
  input: Pick<DefaultProbeContext, 'timings' | 'now' | 'onlyInstance'>,
) {
  const created = input.now().toISOString();
  return setup({
    types: { context: {} as DefaultProbeContext, events: {} as DefaultProbeEvent },
    actors: { ask },
    delays: {
      interval: ({ context }) => context.timings.defaultProbeIntervalMs,
      timeout: ({ context }) => context.timings.defaultProbeTimeoutMs,
    },
    guards: {
      hasGuest: (_, { status }: { status: InstanceStatus }) => !withoutGuest.has(status),
      isLeaving: (_, { status }: { status: InstanceStatus }) => leaving.has(status),
      isGood: (_, { answer }: { answer: ProbeAnswer }) => answer === 200,
      isOnlyInstance: ({ context }) => context.onlyInstance,
    },
    actions: {
      note: assign(({ context }, { answer, since }: { answer: LastProbe['answer']; since: string }) => ({
        probe: context.probe.answer === answer ? context.probe : { answer, since },
      })),
      stampAsked: assign(({ context }) => ({ askedAt: context.now().toISOString() })),
      stampRotation: assign(({ context }) => ({ since: context.now().toISOString() })),
    },
  }).createMachine({
    id: 'defaultProbe',
    type: 'parallel',
    context: { ...input, probe: { answer: 'none', since: created }, askedAt: created, since: created },
    states: {
      probe: {
        initial: 'resting',
        states: {
          resting: {
            entry: { type: 'note', params: ({ context }) => ({ answer: 'none', since: context.now().toISOString() }) },
            on: {
              'instance.status': { guard: { type: 'hasGuest', params: ({ event }) => event }, target: 'asking' },
            },
          },
          asking: {
            initial: 'awaiting',
            // From question to question, whenever the answer comes.
            after: {
              interval: [
                {
                  guard: stateIn({ probe: { asking: 'awaiting' } }),
                  target: 'asking',
                  reenter: true,
                  actions: { type: 'note', params: ({ context }) => ({ answer: 'unanswered', since: context.askedAt }) },
                },
                { target: 'asking', reenter: true },
              ],
            },
            on: {
              'instance.status': { guard: ({ event }) => withoutGuest.has(event.status), target: 'resting' },
            },
            states: {
              awaiting: {
                entry: 'stampAsked',
                invoke: {
                  src: 'ask',
                  onDone: { target: 'answered', actions: raise(({ event }) => ({ type: 'probe.answered', answer: event.output })) },
                  onError: { target: 'answered', actions: raise({ type: 'probe.answered', answer: 'reset' }) },
                },
              },
              answered: {},
            },
          },
        },
        on: {
          'probe.answered': {
            actions: { type: 'note', params: ({ context, event }) => ({ answer: event.answer, since: context.now().toISOString() }) },
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
            initial: 'fresh',
            on: {
              'instance.status': { guard: { type: 'isLeaving', params: ({ event }) => event }, target: 'out.stopping' },
              'probe.answered': { target: 'out' },
            },
            states: {
              fresh: {
                after: { timeout: '#defaultProbe.rotation.out' },
                on: {
                  'probe.answered': { guard: { type: 'isGood', params: ({ event }) => event }, target: 'fresh', reenter: true },
                },
              },
            },
          },
          out: {
            entry: 'stampRotation',
            initial: 'failing',
            states: {
              failing: {
                on: {
                  'instance.status': { guard: { type: 'isLeaving', params: ({ event }) => event }, target: 'stopping' },
                  'probe.answered': {
                    guard: { type: 'isGood', params: ({ event }) => event },
                    target: '#defaultProbe.rotation.in',
                  },
                },
              },
              // A 200 that was under way when the stop began brings it back no more.
              stopping: {
                on: {
                  'instance.status': { guard: ({ event }) => !leaving.has(event.status), target: 'failing' },
                },
              },
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
