import os from 'node:os';
import path from 'node:path';
import { startInstance } from '../agents/host-agent/start-instance.ts';
import type { FaultName } from '../contracts/faults.ts';
import { startGate } from '../kernel/start-gate.ts';
import { type ControlledInstance, firstGoal } from './controlled-instance.ts';
import type { FabricListener, PlacedInstance } from './fabric-controller.ts';
import { instanceRecord } from './instance-record.ts';
import type { Said } from './shown-statuses.ts';

/** What the host agents tell the fabric controller itself. */
export interface InstancesListener {
  status(instance: ControlledInstance, ...said: Said): void;
  /** @param text a sentence on its host, which does not come back */
  overdue(instance: ControlledInstance, text: string): void;
  off(instance: ControlledInstance): void;
  power(instance: ControlledInstance, isOn: boolean): void;
  bootsFail(instance: ControlledInstance): void;
  faultSpent(instance: ControlledInstance, fault: FaultName): void;
}

/** Starts a host agent for each instance. None does anything before it has a goal. */
export function startInstances(
  placed: readonly PlacedInstance[],
  vmsDirectory: string,
  listener: Pick<FabricListener, 'processStarted' | 'processEnded' | 'processLoaded' | 'drivesRebuilt' | 'notice' | 'fault'>,
  tells: InstancesListener,
): readonly ControlledInstance[] {
  // One start more than there are cores keeps them busy; more would only stall this process, which does the forking.
  const gate = startGate(os.availableParallelism() + 1);
  return placed.map(({ goal, events, ...plan }) => {
    const { instanceId, updateDomain, timings } = plan.vm;
    const vmRoot = path.join(vmsDirectory, instanceId);
    const started = startInstance({ ...plan, vmRoot }, gate, {
      status: (...said) => tells.status(instance, ...said),
      processStarted: (process) => listener.processStarted(instanceId, process),
      processEnded: (process, cause) => listener.processEnded(instanceId, process, cause),
      processLoaded: (process) => listener.processLoaded(instanceId, process),
      drivesRebuilt: (letters, snapshot) => listener.drivesRebuilt(instanceId, letters, snapshot),
      off: () => tells.off(instance),
      power: (isOn) => {
        // Nobody counts while the VM is off, and its drives may be made anew.
        if (!isOn) record.storage([]);
        tells.power(instance, isOn);
      },
      bootsFail: () => tells.bootsFail(instance),
      bootFaultSpent: () => tells.faultSpent(instance, 'boot-fails'),
      hostOverdue: () => tells.overdue(instance, platformFault(timings.hostOverdueMs)),
      storage: (over) => record.storage(over),
      notice: (text) => listener.notice(instanceId, text),
      fault: listener.fault,
    });
    const record = instanceRecord(plan.vm, vmRoot, () => started.vm().roleDrive);
    const instance: ControlledInstance = {
      name: instanceId,
      vmRoot,
      updateDomain,
      record,
      started,
      goal: firstGoal(goal, events, started.vm().eventDone),
    };
    return instance;
  });
}

function platformFault(ms: number): string {
  return `a platform fault: the host has not come back for ${ms / 60_000} min; support recovers it (rolevm fault host-stuck --clear), and so does deleting the deployment (rolevm down --delete)`;
}
