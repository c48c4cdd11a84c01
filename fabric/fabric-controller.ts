import os from 'node:os';
import path from 'node:path';
import { createActor } from 'xstate';
import type { KnownProcess } from '../agents/host-agent/process-registry.ts';
import { type Instance, startInstance } from '../agents/host-agent/start-instance.ts';
import type { InstanceEntry } from '../contracts/control-api.ts';
import type { ExitCause } from '../contracts/exit-cause.ts';
import type { FaultName } from '../contracts/faults.ts';
import type { GoalState } from '../contracts/links.ts';
import type { Rotation } from '../contracts/rotation.ts';
import type { VmDocument } from '../contracts/vm-document.ts';
import { startGate } from '../kernel/start-gate.ts';
import { driveLayout } from '../sandbox/drive-layout.ts';
import { deploymentMachine } from './deployment.machine.ts';
import { type InstanceRecord, instanceRecord } from './instance-record.ts';
import { type LoadBalancer, startLoadBalancer } from './load-balancer/load-balancer.ts';

/** One instance as the fabric places it: its document, and what its application drive is made from. */
export interface PlacedInstance {
  readonly vm: VmDocument;
  readonly rebuild: { readonly windows: boolean; readonly role: boolean };
  readonly fillRoleDrive: (directory: string) => Promise<void>;
}

export interface FabricListener {
  status(entry: InstanceEntry): void;
  processStarted(instance: string, process: KnownProcess): void;
  processEnded(instance: string, process: KnownProcess, cause: ExitCause): void;
  /** It has loaded files that it then holds. */
  processLoaded(instance: string, process: KnownProcess): void;
  /** The load balancer has taken it in or out (AB 3.6). */
  rotation(instance: string, rotation: Rotation): void;
  /** A sentence of its guest agent for the user. */
  notice(instance: string, text: string): void;
  /** Every instance is StoppedVM. */
  suspended(): void;
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
  status(): 'Deploying' | 'Running' | 'Suspending' | 'Suspended';
  /** Recycles the roles of these instances in order, each by a goal of its own. */
  recycle(names: readonly string[]): void;
  /** Stops every instance in order; `suspended` tells the end. */
  suspend(): void;
}

/** Brings the instances of one deployment to their goal states and keeps their status (AB 1.1, 10.1). */
export function startFabricController(placed: readonly PlacedInstance[], vmsDirectory: string, listener: FabricListener): FabricController {
  // One start more than there are cores keeps them busy; more would only stall this process, which does the forking.
  const gate = startGate(os.availableParallelism() + 1);
  const deployment = createActor(deploymentMachine(placed.map(({ vm }) => vm.instanceId)));
  const balancer = startLoadBalancer(
    placed.map(({ vm }) => vm),
    listener,
  );
  deployment.subscribe({
    complete: () => {
      balancer.stop();
      listener.suspended();
    },
    error: listener.fault,
  });
  deployment.start();

  const instances = placed.map(({ vm, rebuild, fillRoleDrive }) => {
    const vmRoot = path.join(vmsDirectory, vm.instanceId);
    const record = instanceRecord(vm, vmRoot);
    const started = startInstance({ vm, layout: driveLayout(vmRoot, vm), rebuild, fillRoleDrive }, gate, {
      status: (status, details, restartAt, vmRestartAt) => {
        if (!record.enter(status, details, restartAt, vmRestartAt)) return;
        listener.status(record.entry());
        balancer.status(vm.instanceId, status);
        deployment.send({ type: 'instance.status', instance: vm.instanceId, status });
      },
      processStarted: (process) => listener.processStarted(vm.instanceId, process),
      processEnded: (process, cause) => listener.processEnded(vm.instanceId, process, cause),
      processLoaded: (process) => listener.processLoaded(vm.instanceId, process),
      notice: (text) => listener.notice(vm.instanceId, text),
      fault: listener.fault,
    });
    return { vm, vmRoot, record, started, goal: { incarnation: 1, expectedState: 'Started', roleGeneration: 0 } as GoalState };
  });
  for (const { record, started, goal } of instances) {
    listener.status(record.entry());
    started.pursue(goal);
  }
  return controllerOf(instances, deployment, balancer);
}

interface Controlled {
  readonly vm: VmDocument;
  readonly vmRoot: string;
  readonly record: InstanceRecord;
  readonly started: Instance;
  goal: GoalState;
}

function controllerOf(
  instances: readonly Controlled[],
  deployment: { getSnapshot(): { value: unknown }; send(event: { type: 'deployment.suspend' }): void },
  balancer: LoadBalancer,
): FabricController {
  const pursue = (instance: Controlled, change: Partial<GoalState>) => {
    instance.goal = { ...instance.goal, ...change, incarnation: instance.goal.incarnation + 1 };
    // Every such change ends the role in order: no new connection is to meet Stopping or OnStop (AB 3.6).
    balancer.status(instance.vm.instanceId, 'StoppingRole');
    instance.started.pursue(instance.goal);
  };
  return {
    instances: instances.map(({ vm, vmRoot, record, started }) => ({
      vm,
      vmRoot,
      entry: () => ({ ...record.entry(), rotation: balancer.rotationOf(vm.instanceId) }),
      processes: () => started.processes.living(),
      vmRestartAt: () => started.vmRestartAt(),
      setFaults: (faults) => started.setFaults(faults),
    })),
    status: () => deployment.getSnapshot().value as ReturnType<FabricController['status']>,
    recycle: (names) => {
      for (const instance of instances) {
        if (names.includes(instance.vm.instanceId)) pursue(instance, { roleGeneration: instance.goal.roleGeneration + 1 });
      }
    },
    suspend: () => {
      deployment.send({ type: 'deployment.suspend' });
      for (const instance of instances) pursue(instance, { expectedState: 'Stopped' });
    },
  };
}
