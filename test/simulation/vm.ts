import { imageAgentVersion } from '../../contracts/agent-version.ts';
import type { FaultName } from '../../contracts/faults.ts';
import type { HostGoal } from '../../contracts/host-goal.ts';
import type { InstanceStatus } from '../../contracts/instance-status.ts';
import type { TaskType } from '../../contracts/role-model.ts';
import { noTrouble, type Troubles } from './troubles.ts';

/** A role instance of the simulation, as the fabric and the user see it. */
export interface SimulatedVm {
  readonly name: string;
  readonly entryPoint: 'NetFxEntryPoint' | 'ProgramEntryPoint';
  readonly tasks: readonly TaskType[];
  /** What goes wrong at the next occasions. */
  readonly troubles: Troubles;
  /** Version of the guest agent on its D:. */
  installedAgent: string;
  goal: HostGoal;
  /** Number of the last event that has happened to its drives. */
  eventDone: number;
  /** Since when a role that runs has to be a newer one than before: the moment of the last recycle, stop or start. */
  goalAt: number;
  status: InstanceStatus;
  /** The state of its host agent, dotted. */
  hostAgent: string;
  /** When the host agent heard of its guest agent last. */
  heardAt: number;
  /** When Windows was started last. */
  bootedAt: number;
  /** Until then some of its messages may be late by more than usual. */
  lateUntil: number;
  pursue(goal: HostGoal): void;
  setFaults(faults: readonly FaultName[]): void;
}

export function createVm(name: string, entryPoint: SimulatedVm['entryPoint'], tasks: readonly TaskType[]): SimulatedVm {
  return {
    name,
    entryPoint,
    tasks,
    troubles: noTrouble(),
    installedAgent: imageAgentVersion,
    goal: { incarnation: 0, expectedState: 'Stopped', power: 'off', roleGeneration: 0 },
    eventDone: 0,
    goalAt: 0,
    status: 'RoleStateUnknown',
    hostAgent: '',
    heardAt: 0,
    bootedAt: 0,
    lateUntil: 0,
    pursue: () => {},
    setFaults: () => {},
  };
}
