import os from 'node:os';
import path from 'node:path';
import { type ActorRefFrom, createActor } from 'xstate';
import type { KnownProcess } from '../agents/host-agent/process-registry.ts';
import { type Instance, startInstance } from '../agents/host-agent/start-instance.ts';
import type { InstanceEntry } from '../contracts/control-api.ts';
import type { DeploymentStatus } from '../contracts/deployment.ts';
import type { VmEventName } from '../contracts/events.ts';
import type { ExitCause } from '../contracts/exit-cause.ts';
import type { FaultName } from '../contracts/faults.ts';
import type { HostGoal } from '../contracts/host-goal.ts';
import type { Rotation } from '../contracts/rotation.ts';
import type { DriveLetter, VmDocument } from '../contracts/vm-document.ts';
import { startGate } from '../kernel/start-gate.ts';
import { deploymentMachine } from './deployment.machine.ts';
import { goalAfter } from './goal-after.ts';
import { type InstanceRecord, instanceRecord } from './instance-record.ts';
import { type LoadBalancer, startLoadBalancer } from './load-balancer/load-balancer.ts';

/** One instance as the fabric places it: its document, what its application drive is made from, and what it is to become. */
export interface PlacedInstance {
  readonly vm: VmDocument;
  readonly fillRoleDrive: (directory: string) => Promise<void>;
  /** The goal that it had when its emulator ended: what was begun is brought to its end. */
  readonly goal?: HostGoal;
  /** What has happened to it since. */
  readonly events: readonly VmEventName[];
}

export interface FabricListener {
  status(entry: InstanceEntry): void;
  processStarted(instance: string, process: KnownProcess): void;
  processEnded(instance: string, process: KnownProcess, cause: ExitCause): void;
  /** It has loaded files that it then holds. */
  processLoaded(instance: string, process: KnownProcess): void;
  /** The load balancer has taken it in or out (AB 3.6). */
  rotation(instance: string, rotation: Rotation): void;
  /** A sentence for the user, of its guest agent when an instance is named. */
  notice(instance: string | undefined, text: string): void;
  /** These drives were there and have been made anew. */
  drivesRebuilt(instance: string, letters: readonly DriveLetter[]): void;
  /** What the instances are to become: kept before any of them hears of it. What cannot be kept does not begin. */
  goals(goals: Readonly<Record<string, HostGoal>>): void;
  /** No VM has power any more. */
  closed(): void;
  fault(error: unknown): void;
}

export interface RunningInstance {
  readonly vm: VmDocument;
  readonly vmRoot: string;
  entry(): InstanceEntry;
  processes(): readonly KnownProcess[];
  /** When the VM is restarted unless its guest agent gives another sign of life, ISO 8601; undefined before it gave one. */
  vmRestartAt(): string | undefined;
  /** What is to go wrong in it from now on: all of it. */
  setFaults(faults: readonly FaultName[]): void;
}

export interface FabricController {
  readonly instances: readonly RunningInstance[];
  status(): DeploymentStatus;
  /** The emulator ends, or has ended all it had. */
  isClosing(): boolean;
  /** Lets an event happen to these instances, each by a goal of its own; what becomes of it their status tells. */
  raise(names: readonly string[], event: VmEventName): void;
  /** Whether the instance is to run. */
  wants(name: string): HostGoal['expectedState'] | undefined;
  /** Stops every instance in order and takes the power off its VM; `closed` tells the end. */
  close(): void;
}

/** Brings the instances of one deployment to their goal states and keeps their status (AB 1.1, 10.1). */
export function startFabricController(placed: readonly PlacedInstance[], vmsDirectory: string, listener: FabricListener): FabricController {
  // One start more than there are cores keeps them busy; more would only stall this process, which does the forking.
  const gate = startGate(os.availableParallelism() + 1);
  const balancer = startLoadBalancer(
    placed.map(({ vm }) => vm),
    listener,
  );
  const instances = placed.map(({ goal, events, ...plan }): Controlled => {
    const { instanceId } = plan.vm;
    const vmRoot = path.join(vmsDirectory, instanceId);
    const record = instanceRecord(plan.vm, vmRoot, () => started.vm().roleDrive);
    const started = startInstance({ ...plan, vmRoot }, gate, {
      status: (status, details, restartAt, vmRestartAt) => {
        if (!record.enter(status, details, restartAt, vmRestartAt)) return;
        listener.status(record.entry());
        balancer.status(instanceId, status);
        deployment.send({ type: 'instance.status', instance: instanceId, status });
      },
      processStarted: (process) => listener.processStarted(instanceId, process),
      processEnded: (process, cause) => listener.processEnded(instanceId, process, cause),
      processLoaded: (process) => listener.processLoaded(instanceId, process),
      drivesRebuilt: (letters) => listener.drivesRebuilt(instanceId, letters),
      off: () => deployment.send({ type: 'instance.off', instance: instanceId }),
      notice: (text) => listener.notice(instanceId, text),
      fault: listener.fault,
    });
    return { name: instanceId, vmRoot, record, started, goal: firstGoal(goal, events, started.vm().eventDone) };
  });
  const stopped = instances.filter(({ goal }) => goal.expectedState === 'Stopped').map(({ name }) => name);
  const deployment = createActor(
    deploymentMachine(
      instances.map(({ name }) => name),
      stopped,
    ),
  );
  deployment.subscribe({
    complete: () => {
      balancer.stop();
      listener.closed();
    },
    error: listener.fault,
  });
  deployment.start();
  listener.goals(goalsOf(instances));
  for (const { record, started, goal } of instances) {
    listener.status(record.entry());
    started.pursue(goal);
  }
  return controllerOf(instances, deployment, balancer, listener);
}

/** What an end of the emulator has interrupted goes on, whatever has happened since; but its end was not that of the deployment. */
function firstGoal(kept: HostGoal | undefined, events: readonly VmEventName[], eventDone: number): HostGoal {
  const fresh = { incarnation: 0, expectedState: 'Started', power: 'on', roleGeneration: 0 } as const;
  const goal: HostGoal = { ...fresh, ...kept, power: 'on' };
  const after = events.reduce((before, event) => goalAfter(before, event, eventDone), goal);
  return { ...after, incarnation: goal.incarnation + 1, expectedState: goal.expectedState };
}

interface Controlled {
  readonly name: string;
  readonly vmRoot: string;
  readonly record: InstanceRecord;
  readonly started: Instance;
  goal: HostGoal;
}

function goalsOf(instances: readonly Controlled[]): Readonly<Record<string, HostGoal>> {
  return Object.fromEntries(instances.map(({ name, goal }) => [name, goal]));
}

function controllerOf(
  instances: readonly Controlled[],
  deployment: Pick<ActorRefFrom<ReturnType<typeof deploymentMachine>>, 'getSnapshot' | 'send'>,
  balancer: LoadBalancer,
  listener: FabricListener,
): FabricController {
  const keep = (goals: ReadonlyMap<Controlled, HostGoal>) =>
    listener.goals(Object.fromEntries(instances.map((instance) => [instance.name, goals.get(instance) ?? instance.goal])));
  const pursue = (goals: ReadonlyMap<Controlled, HostGoal>) => {
    for (const [instance, goal] of goals) {
      const { name, started } = instance;
      instance.goal = goal;
      deployment.send({ type: 'instance.wanted', instance: name, state: goal.expectedState });
      // Whatever it is, it begins with the end of the role: no new connection is to meet Stopping or OnStop (AB 3.6).
      balancer.status(name, 'StoppingRole');
      started.pursue(goal);
    }
  };
  return {
    instances: instances.map(({ vmRoot, name, record, started }) => ({
      get vm() {
        return started.vm();
      },
      vmRoot,
      entry: () => ({ ...record.entry(), rotation: balancer.rotationOf(name) }),
      processes: () => started.processes.living(),
      vmRestartAt: () => started.vmRestartAt(),
      setFaults: (faults) => started.setFaults(faults),
    })),
    status: () => {
      const state = deployment.getSnapshot().value;
      return state === 'Closing' ? 'Suspending' : state === 'Closed' ? 'Suspended' : state;
    },
    isClosing: () => ['Closing', 'Closed'].includes(deployment.getSnapshot().value),
    wants: (name) => instances.find((instance) => instance.name === name)?.goal.expectedState,
    raise: (names, event) => {
      const chosen = instances.filter(({ name }) => names.includes(name));
      const goals = new Map(chosen.map((instance) => [instance, goalAfter(instance.goal, event, instance.started.vm().eventDone)]));
      keep(goals);
      pursue(goals);
    },
    close: () => {
      deployment.send({ type: 'deployment.close' });
      const goals = new Map(
        instances.map((instance) => [instance, { ...instance.goal, incarnation: instance.goal.incarnation + 1, power: 'off' } as const]),
      );
      try {
        keep(goals);
      } catch (error) {
        // The next start finds the goals of before, which is as good.
        listener.notice(undefined, error instanceof Error ? error.message : String(error));
      }
      pursue(goals);
    },
  };
}
