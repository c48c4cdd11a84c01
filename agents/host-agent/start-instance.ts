import { createActor, fromPromise } from 'xstate';
import { deploymentMarker } from '../../contracts/deployment.ts';
import type { ExitCause } from '../../contracts/exit-cause.ts';
import type { FaultName } from '../../contracts/faults.ts';
import type { HostGoal, NumberedEvent } from '../../contracts/host-goal.ts';
import type { InstanceStatus } from '../../contracts/instance-status.ts';
import { fromService } from '../../contracts/links.ts';
import type { StorageUse } from '../../contracts/storage-use.ts';
import type { DriveLetter, VmDocument } from '../../contracts/vm-document.ts';
import { scaledClock } from '../../kernel/clock.ts';
import { tellKeeper } from '../../kernel/keeper/index.ts';
import { processLogic } from '../../kernel/process-logic.ts';
import { playedProcess } from '../../kernel/process-spec.ts';
import type { StartGate } from '../../kernel/start-gate.ts';
import { type DriveLayout, driveLayout } from '../../sandbox/drive-layout.ts';
import { machineEnvironment } from '../../sandbox/machine-environment.ts';
import { registeredServices } from '../vm/registered-services.ts';
import type { ServiceSpec } from '../vm/service.machine.ts';
import { serviceMarker } from '../vm/service-family.ts';
import { systemEvents } from '../vm/system-events.ts';
import { createVm, formerVm } from './create-vm.ts';
import { endJobOfAgent, endVm } from './end-vm.ts';
import { hostAgentMachine } from './host-agent.machine.ts';
import { hostNotices } from './host-notices.ts';
import { tellsOf } from './instance-tells.ts';
import { isLimitedProcess } from './limited-process.ts';
import { type KnownProcess, type ProcessRegistry, processRegistry } from './process-registry.ts';
import { putBack, type RestorablePlan } from './put-back.ts';
import { serviceOrphans } from './service-orphans.ts';
import { servicePrograms } from './service-programs.ts';
import { silenceFuse } from './silence-fuse.ts';

export interface InstanceListener {
  /** @param vmRestartAt as in InstanceEntry */
  status(status: InstanceStatus, details: string, restartAt: string | undefined, vmRestartAt: string | undefined): void;
  processStarted(process: KnownProcess): void;
  processEnded(process: KnownProcess, cause: ExitCause): void;
  processLoaded(process: KnownProcess): void;
  /** These drives have been made anew, or were put back to a snapshot. */
  drivesRebuilt(letters: readonly DriveLetter[], snapshot?: string): void;
  /** The VM has no power any more, as the goal said. */
  off(): void;
  /** The VM has power, or has none any more. */
  power(isOn: boolean): void;
  /** Windows has not come up too often in a row. */
  bootsFail(): void;
  /** The fault `boot-fails` has struck as often as it was to. */
  bootFaultSpent(): void;
  /** The host has been away for too long. */
  hostOverdue(): void;
  /** All directories of LocalStorage that hold more than they may. */
  storage(over: readonly StorageUse[]): void;
  /** A sentence of the guest agent for the user. */
  notice(text: string): void;
  fault(error: unknown): void;
}

/** A role instance as the fabric controller sees it: something that takes goals and reports. */
export interface Instance {
  /** Fire and forget: what becomes of it is reported. */
  pursue(goal: HostGoal): void;
  /** What is to go wrong from now on: all of it. @param bootFailures so many more boots that fail, if that is one of them */
  setFaults(faults: readonly FaultName[], bootFailures?: number): void;
  /** Whether other guests of its node have still to go down for an update of the host. */
  otherGuests(areOn: boolean): void;
  /** As its guest has it now: the letter of the role's drive changes with events. */
  vm(): VmDocument;
  /** Of the WindowsAzureGuestAgent that was started last; undefined before the first. */
  agentVersion(): string | undefined;
  readonly processes: Pick<ProcessRegistry, 'living'>;
  /** When the VM is restarted unless its guest agent gives another sign of life, ISO 8601; undefined before it gave one. */
  vmRestartAt(): string | undefined;
}

/** The services of every VM, started in this order and stopped in reverse (design: processes). */
const services: readonly ServiceSpec[] = [
  { name: 'WaAppAgent', ownsJob: false },
  { name: 'WindowsAzureGuestAgent', ownsJob: true },
];

/** Starts the host agent of one instance; it does nothing until it has a goal. */
export function startInstance(plan: RestorablePlan, gate: StartGate, listener: InstanceListener): Instance {
  const { vm } = plan;
  const drives = drivesOf(plan, listener);
  // D: has the same places whatever the letter of the role's drive is.
  const layout = driveLayout(plan.vmRoot, drives.vm());
  const marker = { RoleDeploymentID: vm.deploymentId, RoleInstanceID: vm.instanceId };
  const registry = processRegistry({ started: listener.processStarted, ended: listener.processEnded, loaded: listener.processLoaded });
  const clock = scaledClock(vm.speed);
  const fuse = silenceFuse(clock, vm.timings.guestLostMs);
  const windows = systemEvents(layout.eventLogs.host, vm.machineName);
  const notices = hostNotices(vm.timings, clock, layout.appAgentRuntimeLog.host, listener.notice);
  const owner = `${vm.deploymentId}.${vm.instanceId}`;
  const end = async (servicesToo: boolean) => {
    const ended = servicesToo ? await endVm(registry.living().filter(isService), marker, owner) : await endJobOfAgent(marker);
    for (const { pid } of ended) registry.noteEnd(pid, endedHere);
    // What of the job ended before that, while the agent stood still, nobody has told. A service tells its end while it has an actor.
    registry.sweep((process) => (!isService(process) ? { kind: 'unseen' } : servicesToo ? endedHere : undefined));
  };
  const programs = servicePrograms(layout);
  const machine = hostAgentMachine(
    {
      changeDrives: fromPromise(({ input }) => drives.change(input)),
      process: processLogic({
        accepts: fromService,
        whenStopped: 'kill',
        gate,
        launch: (service) =>
          playedProcess({
            name: service.name,
            program: programs.of(service),
            bundlesDirectory: vm.bundlesDirectory,
            codeCacheDirectory: vm.codeCacheDirectory,
            vmRoot: layout.vmRoot,
            env: serviceEnvironment(vm.deploymentId),
            cwd: layout.guestAgent.host,
            detached: true,
          }),
      }),
      // Only this agent's own job: WaAppAgent lives on.
      closeJob: fromPromise(() => end(false).catch((error: Error) => listener.notice(error.message))),
      endEverything: fromPromise(() => end(true).catch(listener.fault)),
      registered: registeredServices({
        vm,
        layout,
        clock,
        environment: registeredEnvironment(vm, layout, owner),
        owner,
        listener: { started: registry.note, ended: registry.noteEnd, notice: listener.notice },
        isLimited: (pid) => isLimitedProcess(pid, registry.living()),
        directoryMade: (directory) => tellKeeper({ type: 'keeper.remove', path: directory }),
        fault: listener.fault,
      }),
    },
    tellsOf(listener, { registry, fuse, windows, notices }),
    { timings: vm.timings, services, eventDone: drives.vm().eventDone, agentVersion: drives.vm().agentVersion },
  );
  const actor = createActor(machine, { clock });
  actor.subscribe({
    error: (error) => {
      listener.fault(error);
      // Nobody stops this VM any more: the emulator's end does not wait for it, and takes what is left of it.
      listener.off();
    },
  });
  actor.start();
  return {
    pursue: (goal) => actor.send({ type: 'goal', goal }),
    vm: drives.vm,
    agentVersion: programs.agentVersion,
    setFaults: (faults, bootFailures) => actor.send({ type: 'faults', faults, ...(bootFailures === undefined ? {} : { bootFailures }) }),
    otherGuests: (areOn) => actor.send({ type: 'otherGuests', areOn }),
    processes: { living: () => [...registry.living(), ...serviceOrphans(owner)] },
    vmRestartAt: fuse.burnsOutAt,
  };
}

/** The drives of the VM and the document about them, which is this host agent's to change. */
function drivesOf(plan: RestorablePlan, listener: InstanceListener) {
  let vm = formerVm(plan);
  return {
    vm: () => vm,
    change: async (events: readonly NumberedEvent[]): Promise<number> => {
      const { restored, ...remaining } = await putBack(plan, vm, events);
      if (restored !== undefined) listener.drivesRebuilt(restored.letters, restored.snapshot);
      const made = await createVm(plan, remaining.vm, remaining.events);
      vm = made.vm;
      if (made.rebuilt.length > 0) listener.drivesRebuilt(made.rebuilt);
      return vm.eventDone;
    },
  };
}

/** The cause of an end by `endVm`. */
const endedHere: ExitCause = { kind: 'jobClosed', signal: 'SIGKILL' };

/** A child of this process: the platform's services, and those that were registered in the VM. */
function isService({ name, kind, ppid }: KnownProcess): boolean {
  return services.some((service) => service.name === name) || (kind === 'program' && ppid === process.pid);
}

/** What a registered service finds: the machine's environment, and the marks by which its processes are known as this VM's. */
function registeredEnvironment(vm: VmDocument, layout: DriveLayout, owner: string): Record<string, string> {
  const { PATH = '', SystemRoot, ...marks } = serviceEnvironment(vm.deploymentId);
  return { ...machineEnvironment(layout, vm, PATH, SystemRoot), ...marks, [serviceMarker]: owner };
}

/** What a service needs of this machine: the PATH on which programs of the role are found, and the keeper's mark. */
function serviceEnvironment(deploymentId: string): Record<string, string> {
  const names = ['PATH', 'ROLEVM_RUN', 'SystemRoot'];
  const own = names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return { ...Object.fromEntries(own), [deploymentMarker]: deploymentId };
}
