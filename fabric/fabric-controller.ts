import type { ActorRefFrom } from 'xstate';
import type { KnownProcess } from '../agents/host-agent/process-registry.ts';
import type { RestoredDrives } from '../agents/host-agent/put-back.ts';
import type { InstanceEntry } from '../contracts/control-api.ts';
import type { DeploymentStatus } from '../contracts/deployment.ts';
import type { VmEventName } from '../contracts/events.ts';
import type { ExitCause } from '../contracts/exit-cause.ts';
import type { FaultName } from '../contracts/faults.ts';
import type { HostGoal } from '../contracts/host-goal.ts';
import type { Rotation } from '../contracts/rotation.ts';
import { resolveTimings } from '../contracts/timings.ts';
import type { DriveLetter, VmDocument } from '../contracts/vm-document.ts';
import { scaledClock } from '../kernel/clock.ts';
import type { ControlledInstance } from './controlled-instance.ts';
import type { deploymentMachine } from './deployment.machine.ts';
import { type Hosts, type Raised, startHosts } from './hosts.ts';
import { type LoadBalancer, startLoadBalancer } from './load-balancer/load-balancer.ts';
import { type Nodes, placeOnNodes } from './nodes.ts';
import { faultDomains } from './place-instances.ts';
import { pursueGoals } from './pursue-goals.ts';
import { shownStatuses } from './shown-statuses.ts';
import { startDeployment } from './start-deployment.ts';
import { startInstances } from './start-instances.ts';

/** One instance as the fabric places it: its document, what its application drive is made from, and what it is to become. */
export interface PlacedInstance {
  readonly vm: VmDocument;
  readonly fillRoleDrive: (directory: string) => Promise<void>;
  /** Puts the drives of its VM, which has no power, back to a snapshot. */
  readonly restoreDrives: (snapshot: string) => Promise<RestoredDrives>;
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
  /** These drives were there and have been made anew, or were put back to a snapshot. */
  drivesRebuilt(instance: string, letters: readonly DriveLetter[], snapshot?: string): void;
  /** What the instances are to become, and the nodes that they are on: kept before any of them hears of it. What cannot be kept does not begin. */
  goals(goals: Readonly<Record<string, HostGoal>>, nodes: Readonly<Record<string, string>>): void;
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
  /** Of the guest agent that was started last. */
  agentVersion(): string | undefined;
  /** The physical server that it is on now. */
  node(): string;
  /** What goes wrong in it, as long as that lasts. */
  faults(): readonly FaultName[];
  /** What is to go wrong in it from now on: all of it. @param bootFailures so many more boots that fail, if that is one of them */
  setFaults(faults: readonly FaultName[], bootFailures?: number): void;
}

export interface FabricController {
  readonly instances: readonly RunningInstance[];
  status(): DeploymentStatus;
  /** The emulator ends, or has ended all it had. */
  isClosing(): boolean;
  /**
   * Lets an event happen to these instances, each by a goal of its own; what becomes of it their status tells. What takes a host down
   * happens to all that are on it.
   *
   * @throws UserError when that cannot be kept; it does not begin then
   */
  raise(names: readonly string[], event: VmEventName): Raised;
  /** Updates the guest agent of these. @param version the one after the present one without it. @throws UserError as `raise` */
  updateAgent(names: readonly string[], version?: string): void;
  /** Takes the power off these VMs, puts their drives back to a snapshot, and lets each be again what it was then. */
  restore(snapshot: string, instances: readonly { readonly name: string; readonly expectedState: HostGoal['expectedState'] }[]): void;
  /** Whether the instance is to run. */
  wants(name: string): HostGoal['expectedState'] | undefined;
  /** Stops every instance in order and takes the power off its VM; `closed` tells the end. */
  close(): void;
}

/** How VMs share nodes. */
export interface NodePlan {
  /** VMs that fit on one; the usual number without it. */
  readonly vmsPerNode?: number;
  /** The nodes that the instances had before. */
  readonly former?: Readonly<Record<string, string>>;
}

/** Brings the instances of one deployment to their goal states and keeps their status (AB 1.1, 10.1). */
export function startFabricController(
  placed: readonly PlacedInstance[],
  vmsDirectory: string,
  listener: FabricListener,
  { vmsPerNode, former }: NodePlan = {},
): FabricController {
  const vms = placed.map(({ vm }) => vm);
  const balancer = startLoadBalancer(vms, listener);
  const nodes = placeOnNodes(vms.map(guestOf), faultDomains, vmsPerNode, former);
  const entry = ({ name, record, started }: ControlledInstance): InstanceEntry => {
    const agentVersion = started.agentVersion();
    return { ...record.entry(), node: nodes.of(name), ...(agentVersion === undefined ? {} : { agentVersion }) };
  };
  /** What the host agents say; what of it the fabric hears is another matter. */
  const shown = shownStatuses((instance) => hosts.isUnheard(instance.name), {
    changed: (instance, status) => {
      listener.status(entry(instance));
      deployment.send({ type: 'instance.status', instance: instance.name, status });
    },
    said: (instance, status) => {
      balancer.status(instance.name, status);
      hosts.status(instance.name, status, status === (instance.goal.expectedState === 'Started' ? 'ReadyRole' : 'StoppedVM'));
    },
  });
  const instances = startInstances(placed, vmsDirectory, listener, {
    status: (instance, ...said) => shown.says(instance, said),
    overdue: (instance, text) => {
      instance.record.hostOverdue(text);
      listener.status(entry(instance));
    },
    off: ({ name }) => deployment.send({ type: 'instance.off', instance: name }),
    power: ({ name }, isOn) => hosts.power(name, isOn),
    bootsFail: ({ name }) => hosts.bootsFail(name),
    faultSpent: ({ name }, fault) => hosts.faultSpent(name, fault),
  });
  const deployment = startDeployment(instances, balancer, listener);
  const goals = pursueGoals({
    instances,
    deployment,
    balancer,
    planned: () => hosts.planned(),
    keep: (all) => listener.goals(all, nodes.all()),
    notice: (text) => listener.notice(undefined, text),
  });
  const hosts = startHosts({
    nodes,
    clock: scaledClock(vms[0]?.speed ?? 1),
    timings: vms[0]?.timings ?? resolveTimings(1),
    instances,
    happen: goals.happen,
    keep: goals.keep,
    show: (name) => shown.look(instances.filter((instance) => instance.name === name)),
    notice: listener.notice,
    fault: listener.fault,
  });
  goals.keep();
  for (const instance of instances) listener.status(entry(instance));
  for (const { started, goal } of instances) started.pursue(goal);
  return controllerOf({ instances, deployment, balancer, hosts, nodes, goals, entry });
}

function guestOf({ instanceId, updateDomain, faultDomain }: VmDocument) {
  return { instance: instanceId, updateDomain, faultDomain };
}

interface ControllerParts {
  readonly instances: readonly ControlledInstance[];
  readonly deployment: Pick<ActorRefFrom<ReturnType<typeof deploymentMachine>>, 'getSnapshot' | 'send'>;
  readonly balancer: LoadBalancer;
  readonly hosts: Hosts;
  readonly nodes: Nodes;
  readonly goals: Pick<ReturnType<typeof pursueGoals>, 'powerOff' | 'restore' | 'updateAgent'>;
  readonly entry: (instance: ControlledInstance) => InstanceEntry;
}

function controllerOf({ instances, deployment, balancer, hosts, nodes, goals, entry }: ControllerParts): FabricController {
  return {
    instances: instances.map((instance) => ({
      get vm() {
        return instance.started.vm();
      },
      vmRoot: instance.vmRoot,
      agentVersion: () => instance.started.agentVersion(),
      node: () => nodes.of(instance.name),
      entry: () => ({ ...entry(instance), rotation: balancer.rotationOf(instance.name) }),
      processes: () => instance.started.processes.living(),
      vmRestartAt: () => instance.started.vmRestartAt(),
      faults: () => hosts.faultsOf(instance.name),
      setFaults: (faults, bootFailures) => hosts.setFaults(instance.name, faults, bootFailures),
    })),
    status: () => {
      const state = deployment.getSnapshot().value;
      return state === 'Closing' ? 'Suspending' : state === 'Closed' ? 'Suspended' : state;
    },
    isClosing: () => ['Closing', 'Closed'].includes(deployment.getSnapshot().value),
    wants: (name) => instances.find((instance) => instance.name === name)?.goal.expectedState,
    raise: hosts.raise,
    updateAgent: goals.updateAgent,
    restore: goals.restore,
    close: () => {
      hosts.stop();
      deployment.send({ type: 'deployment.close' });
      goals.powerOff();
    },
  };
}
