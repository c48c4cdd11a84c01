import type { NumberedEvent } from '../../contracts/host-goal.ts';
import type { DriveLetter, VmDocument } from '../../contracts/vm-document.ts';
import { leftDoor, removeDoor } from '../../sandbox/door/door-place.ts';
import { driveLayout } from '../../sandbox/drive-layout.ts';
import type { VmPlan } from './create-vm.ts';

export interface RestorablePlan extends VmPlan {
  /** Puts the drives of this VM, which has no power, back to a snapshot. */
  readonly restoreDrives: (snapshot: string) => Promise<RestoredDrives>;
}

export interface RestoredDrives {
  /** What the document of the VM said then. */
  readonly kept: Pick<VmDocument, 'roleDrive' | 'agentVersion'>;
  /** Drives that it has now. */
  readonly letters: readonly DriveLetter[];
}

export interface PutBack {
  /** The VM as it is before the events that remain. */
  readonly vm: VmDocument;
  /** Those that come after the snapshot's; what has come before was of drives that are no more. */
  readonly events: readonly NumberedEvent[];
  readonly restored?: { readonly snapshot: string; readonly letters: readonly DriveLetter[] };
}

/** Puts the drives of a VM back to the last snapshot that its due events name, if they name one. It can be done once more after a kill. */
export async function putBack(plan: RestorablePlan, vm: VmDocument, events: readonly NumberedEvent[]): Promise<PutBack> {
  const at = events.findLastIndex((event) => event.snapshot !== undefined);
  const { n, snapshot } = events[at] ?? {};
  if (n === undefined || snapshot === undefined) return { vm, events };
  // Its document goes with D:.
  const door = leftDoor(driveLayout(plan.vmRoot, vm).vmDoor.host);
  if (door !== undefined) removeDoor(door);
  const { kept, letters } = await plan.restoreDrives(snapshot);
  return { vm: { ...vm, agentVersion: undefined, ...kept, eventDone: n }, events: events.slice(at + 1), restored: { snapshot, letters } };
}
