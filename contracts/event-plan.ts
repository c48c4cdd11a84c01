import type { VmEventName } from './events.ts';
import type { RoleDriveLetter } from './vm-document.ts';

/** What becomes of a drive: preserved, rebuilt, or dropped for a new one under the other letter (AB 6.1). */
export type DriveFate = 'preserved' | 'rebuilt' | 'replaced by the other letter';

export interface PlanRequest {
  readonly event: VmEventName;
  readonly instance?: string;
}

/** A file of a drive that the event takes away or sets back. */
export interface PlannedFile {
  /** Drive path. */
  readonly file: string;
  /**
   * - `lost`: nothing brings it back
   * - `reset`: the package has a file of that name, and this one differs from it
   * - `emptied`: it lies in a directory that every start of the role empties
   * - `returns`: it was deleted from the drive, and the package has it
   */
  readonly becomes: 'lost' | 'reset' | 'emptied' | 'returns';
  /** Put there by `rolevm patch`. */
  readonly patched: boolean;
  /** Windows or an agent has written it: a log, a configuration. */
  readonly platform?: true;
}

export interface PlannedDrive {
  /** `C`, `D`, `E` or `F`. */
  readonly letter: string;
  readonly fate: DriveFate;
  /** The letter under which it comes again, where that is another one. */
  readonly comesAs?: RoleDriveLetter;
  /** How many files stay as they are. */
  readonly stay: number;
  /** How many files come again from the package or the image, as they are now. */
  readonly comeAgain: number;
  /** What is taken away or set back: patched files first, logs of the platform last. At most `plannedFilesListed`; `filesChanged` counts all. */
  readonly files: readonly PlannedFile[];
  readonly filesChanged: number;
  /** Drive paths of files put there by `rolevm patch` that stay. */
  readonly patchesThatStay: readonly string[];
}

/** What an event would do to one instance as it is now. */
export interface InstancePlan {
  readonly instance: string;
  /** Other instances that go down with it, because they are on the same node and the event takes the host (AB 10.5). */
  readonly goDownWithIt?: readonly string[];
  readonly drives: readonly PlannedDrive[];
  /** Windows of the VM starts anew. */
  readonly restartsVm: boolean;
  /** It starts in another VM. */
  readonly newVm: boolean;
  /** Stopping and OnStop are raised before. */
  readonly orderly: boolean;
  /** Command lines of the startup tasks that run again, in their order. */
  readonly tasks: readonly string[];
  /** Windows events that it raises in the System log, in their order. */
  readonly eventIds: readonly number[];
  /** The first ones of these where they are lost with D:, which holds the log. */
  readonly lostEventIds: readonly number[];
}

/** So many files of a drive are named at most. */
export const plannedFilesListed = 200;

export interface EventPlan {
  readonly event: VmEventName;
  readonly instances: readonly InstancePlan[];
}
