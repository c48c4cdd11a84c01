import type { VmEventName } from './events.ts';

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
   */
  readonly becomes: 'lost' | 'reset' | 'emptied';
  /** Put there by `rolevm patch`. */
  readonly patched: boolean;
}

export interface PlannedDrive {
  /** `C`, `D`, `E` or `F`. */
  readonly letter: string;
  readonly fate: DriveFate;
  /** How many files stay as they are. */
  readonly stay: number;
  /** How many files come again from the package or the image, as they are now. */
  readonly comeAgain: number;
  /** The first ones; `filesChanged` counts all. */
  readonly files: readonly PlannedFile[];
  readonly filesChanged: number;
}

/** What an event would do to one instance as it is now. */
export interface InstancePlan {
  readonly instance: string;
  readonly drives: readonly PlannedDrive[];
  /** Windows of the VM starts anew. */
  readonly restartsVm: boolean;
  /** Stopping and OnStop are raised before. */
  readonly orderly: boolean;
  /** Command lines of the startup tasks that run again, in their order. */
  readonly tasks: readonly string[];
  /** Windows events that it leaves in the System log, in their order. */
  readonly eventIds: readonly number[];
}

export interface EventPlan {
  readonly event: VmEventName;
  readonly instances: readonly InstancePlan[];
}
