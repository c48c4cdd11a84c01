import { describe, expect, it } from 'vitest';
import { type AnyMachineSnapshot, type AnyStateMachine, type AnyStateNode, type EventObject, fromCallback, fromPromise } from 'xstate';
import { getShortestPaths } from 'xstate/graph';
import { guestAgentMachine } from '../../../agents/guest-agent/guest-agent.machine.ts';
import { hostAgentMachine } from '../../../agents/host-agent/host-agent.machine.ts';
import { healthyHost } from '../../../agents/host-agent/host-condition.ts';
import { serviceMachine } from '../../../agents/vm/service.machine.ts';
import { vmMachine } from '../../../agents/vm/vm.machine.ts';
import { waAppAgentMachine } from '../../../agents/wa-app-agent/wa-app-agent.machine.ts';
import { bootstrapperMachine } from '../../../bootstrapper/bootstrapper.machine.ts';
import { startupTaskMachine } from '../../../bootstrapper/startup-task.machine.ts';
import { imageAgentVersion, nextAgentVersion } from '../../../contracts/agent-version.ts';
import { bootFailuresToMigration, resolveTimings } from '../../../contracts/timings.ts';
import { deploymentMachine } from '../../../fabric/deployment.machine.ts';
import { hostLostMachine } from '../../../fabric/host-lost.machine.ts';
import { hostUpdateMachine } from '../../../fabric/host-update.machine.ts';
import { workerHostMachine } from '../../../hosts/worker-host/worker-host.machine.ts';
import { roleOf } from '../bootstrapper/play-bootstrapper.ts';
import { services } from './play-host-agent.ts';

// biome-ignore lint/suspicious/noExplicitAny: stands for the actors and tells of every machine; none of them is ever run.
type Anything = any;
const deaf: Anything = new Proxy({}, { get: () => () => {} });
const timings = resolveTimings(1);
const work: Anything = fromPromise(() => new Promise(() => {}));
const process: Anything = fromCallback(() => {});
const exited = { type: 'process.exited', cause: { kind: 'exited', code: 1 } };
const started = { type: 'process.started', process: { pid: 1, startTicks: '1', startedAt: '' } };
const says = (message: object) => ({ type: 'process.message', message });
const goal = (incarnation: number, expectedState: string, roleGeneration = 0, more: object = {}) => ({
  type: 'goal',
  goal: { incarnation, expectedState, roleGeneration, power: 'on', ...more },
});
const [first, second] = roleOf('simple', 'foreground').tasks;

interface Walk {
  readonly machine: AnyStateMachine;
  readonly input?: object;
  /** Events that the machine's own list does not hold in a form that its guards can judge. */
  readonly events?: readonly EventObject[];
  /** What its actors may return. */
  readonly outputs?: readonly unknown[];
  /** What besides the state value decides about what comes next. */
  readonly context?: (context: Record<string, unknown>) => unknown;
  /** The same machine, begun in other circumstances. */
  readonly also?: readonly Omit<Walk, 'also'>[];
}

const walks: Readonly<Record<string, Walk>> = {
  WindowsAzureGuestAgent: {
    machine: guestAgentMachine({ prepareGuest: work, bootstrapper: process, endJob: work, hostGone: work }, deaf, {
      timings,
      now: () => 0,
    }),
    events: [
      { type: 'beat' },
      { type: 'service.stop' },
      started,
      goal(1, 'Started'),
      goal(2, 'Started', 1),
      goal(3, 'Stopped'),
      exited,
      says({ type: 'heartbeat', n: 1 }),
      says({ type: 'phase', status: 'ReadyRole', details: '' }),
      says({ type: 'outcome', outcome: { kind: 'recycle', details: '' } }),
      says({ type: 'outcome', outcome: { kind: 'hostExited', details: '' } }),
    ],
    outputs: [[], [{ pid: 1, startTicks: '1' }]],
    context: ({ goal: current, generation, outcome }) => [current, generation, outcome],
  },
  hostAgent: {
    machine: hostAgentMachine({ changeDrives: work, process, closeJob: work, endEverything: work, registered: process }, deaf, {
      timings,
      services,
      eventDone: 0,
    }),
    events: [
      goal(1, 'Started'),
      goal(2, 'Stopped'),
      goal(3, 'Stopped', 0, { power: 'off' }),
      ...(['portal-reboot', 'upgrade', 'reboot', 'power-cycle', 'migrate', 'update-host', 'update-agent'] as const).map((name, n) =>
        goal(4 + n, 'Started', 0, { event: { n: 1 + n, name } }),
      ),
      { type: 'vm.off' },
      { type: 'vm.rebootAsked' },
      { type: 'guest.heard' },
      { type: 'agent.gone' },
      { type: 'agent.started' },
      ...['running', 'role.stopped'].map((type) => ({ type: 'service.message', service: 'WindowsAzureGuestAgent', message: { type } })),
      ...['1.0.0.1'].map((agentVersion) => ({
        type: 'service.message',
        service: 'WaAppAgent',
        message: { type: 'running', agentVersion },
      })),
      ...['agent.laid', 'agent.start'].map((type) => ({
        type: 'service.message',
        service: 'WaAppAgent',
        message: { type, version: nextAgentVersion(imageAgentVersion) },
      })),
    ],
    context: ({ goal: current, eventDone, rebootAsked, agent }) => [
      (current as { incarnation: number }).incarnation,
      eventDone,
      rebootAsked,
      agent,
    ],
    outputs: [0, 6],
    also: [
      { othersAreOn: true, bootsFailed: 0, faults: [] },
      { othersAreOn: false, bootsFailed: bootFailuresToMigration, faults: [] },
      { othersAreOn: false, bootsFailed: 0, faults: ['host-stuck'] as const },
    ].map(({ faults, ...host }) => ({
      machine: hostAgentMachine({ changeDrives: work, process, closeJob: work, endEverything: work, registered: process }, deaf, {
        timings,
        services,
        eventDone: 0,
        host: { ...healthyHost, ...host },
        faults,
      }),
      events: [goal(1, 'Started', 0, { event: { n: 1, name: 'update-host' } })],
      outputs: [0],
    })),
  },
  vm: {
    machine: vmMachine({ process, closeJob: work, endEverything: work, registered: process }).provide({ actions: { report: () => {} } }),
    input: { timings, services },
    events: [
      { type: 'vm.shutDown' },
      { type: 'vm.powerOff' },
      { type: 'registered.stopped' },
      { type: 'registered.rebootAsked' },
      ...services.map(({ name }) => ({ type: 'service.stopped', service: name })),
    ],
    context: ({ running }) => Object.keys(running as object),
  },
  service: {
    machine: serviceMachine({ process, closeJob: work }).provide({
      actions: { report: () => {}, tellExited: () => {}, tellOverdue: () => {} },
    }),
    input: { spec: services[1], timings },
    events: [{ type: 'service.end' }, started, exited],
  },
  WaAppAgent: {
    machine: waAppAgentMachine({ installGuestAgent: work, layVersion: work, switchVersion: work }, deaf, { timings }),
    events: [
      { type: 'service.stop' },
      ...['agent.lay', 'agent.replace'].map((type) => ({ type, version: '1.0.0.1' })),
      { type: 'agent.stopped' },
    ],
    context: ({ replaces }) => replaces,
  },
  WaHostBootstrapper: {
    machine: bootstrapperMachine({ readRole: work, taskProgram: process, host: process }, deaf, timings),
    events: [
      { type: 'role.stop' },
      started,
      exited,
      ...['host.ready', 'host.runReturned', 'host.stopped'].map((type) => says({ type })),
      ...[first, second].map((task) => ({ type: 'task.ended', task, cause: { kind: 'exited', code: 0 } })),
      { type: 'task.ended', task: first, cause: { kind: 'exited', code: 1 } },
    ],
    outputs: [roleOf(), roleOf('simple', 'foreground'), roleOf('foreground', 'simple')],
    context: ({ next, running, outcome }) => [next, Object.keys(running as object), outcome],
  },
  startupTask: {
    machine: startupTaskMachine(process).provide({ actions: { tellStarted: () => {}, tellEnded: () => {} } }),
    input: first as object,
    events: [started, exited],
  },
  WaWorkerHost: {
    machine: workerHostMachine({ load: work, onStart: work, run: work, onStop: work, program: process }, deaf),
    events: [
      { type: 'host.start', entryPoint: { kind: 'NetFxEntryPoint', file: '' } },
      { type: 'host.start', entryPoint: { kind: 'ProgramEntryPoint', commandLine: '', cwd: '' } },
      { type: 'role.stop' },
      { type: 'role.threw', detail: '' },
      started,
      exited,
    ] as EventObject[],
    outputs: [true, false],
  },
  hostUpdate: {
    machine: hostUpdateMachine(deaf, 1_000),
    events: [
      { type: 'update', steps: [{ upgradeDomain: 0, instances: ['a'] }] } as EventObject,
      ...['back', 'up'].map((progress) => ({ type: 'instance.changed', instance: 'a', progress })),
    ],
    context: ({ queue, progress }) => [(queue as readonly unknown[]).length > 0, progress],
  },
  hostLost: {
    machine: hostLostMachine(deaf, { hostLostMs: 1_000, hostRebootMs: 1_000 }),
    events: [{ type: 'host.silent' }, { type: 'host.heard' }],
  },
  deployment: {
    machine: deploymentMachine(['a', 'b']),
    events: [
      ...['a', 'b'].flatMap((instance) => [
        ...['ReadyRole', 'StoppedVM'].map((status) => ({ type: 'instance.status', instance, status })),
        ...['Started', 'Stopped'].map((state) => ({ type: 'instance.wanted', instance, state })),
        { type: 'instance.off', instance },
      ]),
      { type: 'deployment.close' },
    ],
    context: ({ statuses, wanted, on }) => [statuses, wanted, on],
  },
};

describe.each(Object.entries(walks))('%s', (_name, { also = [], ...walk }) => {
  it('has no state that cannot be reached', () => {
    const entered = new Set([walk, ...also].flatMap((one) => [...statesEntered(one)]));
    expect(stable(walk.machine.root).filter((node) => !entered.has(node.id))).toEqual([]);
  });
});

function statesEntered({ machine, input, events = [], outputs = [undefined], context = () => undefined }: Walk): ReadonlySet<string> {
  const given = new Set(events.map(({ type }) => type));
  const entered = new Set<string>();
  const paths = getShortestPaths(machine, {
    ...(input === undefined ? {} : { input }),
    limit: 200_000,
    serializeState: (snapshot: AnyMachineSnapshot) => JSON.stringify([snapshot.value, context(snapshot.context)]),
    // What happens by itself in this state, with what its actors could deliver: delays, results, failures.
    events: (snapshot: AnyMachineSnapshot) => [
      ...events,
      ...ownEvents(snapshot)
        .filter((type) => type.startsWith('xstate.') && !given.has(type))
        .flatMap((type) => deliveries(type, outputs)),
    ],
  });
  for (const { state, steps } of paths) {
    for (const snapshot of [state, ...steps.map((step) => step.state)]) {
      for (const node of snapshot._nodes) entered.add(node.id);
    }
  }
  return entered;
}

function ownEvents(snapshot: AnyMachineSnapshot): readonly string[] {
  return [...new Set(snapshot._nodes.flatMap((node) => node.ownEvents as readonly string[]))];
}

function deliveries(type: string, outputs: readonly unknown[]): readonly EventObject[] {
  if (type.startsWith('xstate.error.')) return [{ type, error: new Error('no') } as EventObject];
  return outputs.map((output) => ({ type, output }) as EventObject);
}

/** The states that a machine can rest in: one that is always left at once is never seen. */
function stable(node: AnyStateNode): { readonly id: string }[] {
  const passing = node.always?.some((transition) => transition.guard === undefined);
  return [...(passing ? [] : [{ id: node.id }]), ...Object.values(node.states).flatMap((child) => stable(child as AnyStateNode))];
}
