import type { DebuggedProcess, DebugRequest, DebugResult, DebugState } from './debug.ts';
import type { DeploymentDocument, DeploymentStatus } from './deployment.ts';
import type { DriveItem } from './drive-item.ts';
import type { EventPlan, PlanRequest } from './event-plan.ts';
import type { ExitCause } from './exit-cause.ts';
import type { FaultName, FaultRequest, FaultResult } from './faults.ts';
import type { FileChange } from './file-change.ts';
import type { InstanceHost } from './instance-host.ts';
import type { InstanceStatus, PortalState } from './instance-status.ts';
import type { ProcessReport, StartupTaskKind } from './links.ts';
import type { RaiseRequest, RaiseResult } from './raise.ts';
import type { Rotation, RotationItem } from './rotation.ts';
import type { SnapshotRestorer } from './snapshot.ts';
import type { InstanceStorage } from './storage-use.ts';

export type { DebuggedProcess, DebugRequest, DebugResult, DebugState } from './debug.ts';

/** One row of `rolevm ps --json`. */
export interface PsEntry {
  readonly instance: string;
  readonly name: string;
  readonly pid: number;
  readonly ppid: number;
  /** State of the process's machine; `running` for programs that have none. */
  readonly state: string;
  /** Since when it is in that state, ISO 8601. */
  readonly since: string;
  readonly startedAt: string;
  /** Percent of one core since the process started. */
  readonly cpu: number;
  /** Resident bytes. */
  readonly memory: number;
  readonly agentVersion?: string;
  /** When the host agent restarts the VM because this guest agent is silent, ISO 8601; only while it is. */
  readonly vmRestartAt?: string;
}

/** A file that the role host has loaded and holds. */
export interface LoadedFile {
  /** Drive path. */
  readonly file: string;
  /** Of what was loaded; missing when it was replaced before it could be read. */
  readonly sha256?: string;
  /** When what was loaded had last been written, ISO 8601. */
  readonly mtime: string;
}

/** One instance in `rolevm status --json`. */
export interface InstanceEntry extends InstanceHost, InstanceStorage {
  readonly name: string;
  readonly role: string;
  readonly state: InstanceStatus;
  readonly portalState: PortalState;
  readonly details: string;
  /** ISO 8601. */
  readonly since: string;
  /** How often the role was started again since the instance was created. */
  readonly recycles: number;
  /** When WaHostBootstrapper will be started again, ISO 8601; only inside the restart window. */
  readonly restartAt?: string;
  /** What its living role host has loaded; not in the feed. */
  readonly loaded?: readonly LoadedFile[];
  /** When the host agent restarts the VM unless the guest agent answers before, ISO 8601; only while it is silent. */
  readonly vmRestartAt?: string;
  /** Of the load balancer; not in the feed. */
  readonly rotation?: Rotation;
  /** What was made to go wrong; missing when nothing is. */
  readonly faults?: readonly FaultName[];
  /** Processes that a debugger is at, or that are suspended; without any it is missing. */
  readonly debugged?: readonly Pick<DebuggedProcess, 'name' | 'pid' | 'state' | 'since'>[];
  /** Host paths. */
  readonly drives: { readonly C: string; readonly D: string; readonly E?: string; readonly F?: string };
}

/** `rolevm status --json`. */
export interface StatusDocument {
  readonly emulator: {
    readonly pid: number;
    readonly version: string;
    readonly speed: number;
    readonly startedAt: string;
    readonly state: string;
    readonly stateDirectory: string;
    readonly logs: string;
  };
  readonly deployment: Pick<DeploymentDocument, 'id' | 'serviceName' | 'servicePath'> & {
    readonly status: DeploymentStatus;
  };
  readonly instances: readonly InstanceEntry[];
}

export interface KillRequest {
  /** Name of a process, with or without .exe, or a pid as text. */
  readonly target: string;
  readonly instance?: string;
  /** Its descendants as well. */
  readonly tree?: boolean;
}

export interface KillResult {
  readonly killed: readonly { readonly instance: string; readonly name: string; readonly pid: number }[];
}

export interface PatchRequest {
  /** Absolute host path of the file to copy. */
  readonly source: string;
  /** Drive path such as `E:\approot\X.dll`; without it the place is found by the file's name. */
  readonly destination?: string;
  readonly instance?: string;
  /** Wait until no living host has the file loaded; at most so many real milliseconds. */
  readonly waitMs?: number;
}

export interface PatchResult {
  readonly patched: readonly {
    readonly instance: string;
    readonly drivePath: string;
    readonly hostPath: string;
    readonly backup?: string;
    readonly sha256: string;
  }[];
}

export interface RevertRequest {
  /** Drive path, or a name without folders; without it the one file that was patched. */
  readonly file?: string;
  readonly instance?: string;
  /** As for a patch. */
  readonly waitMs?: number;
}

export interface RevertResult {
  readonly reverted: readonly {
    readonly instance: string;
    readonly drivePath: string;
    readonly hostPath: string;
    /** Where what is put back has lain; it lies there no longer. */
    readonly backup: string;
    readonly sha256: string;
  }[];
}

/** A line of the emulator's own story: what `up` prints and `wait`, `down` and `--follow` watch. One JSON object a line. */
export type FeedItem =
  | { readonly type: 'status'; readonly at: string; readonly instance: InstanceEntry }
  | {
      readonly type: 'process.started';
      readonly at: string;
      readonly instance: string;
      readonly name: string;
      readonly pid: number;
      readonly kind?: ProcessReport['kind'];
      readonly task?: StartupTaskKind;
    }
  | {
      readonly type: 'process.ended';
      readonly at: string;
      readonly instance: string;
      readonly name: string;
      readonly pid: number;
      readonly cause: ExitCause;
    }
  | {
      readonly type: 'debug';
      readonly at: string;
      readonly instance: string;
      readonly name: string;
      readonly pid: number;
      readonly state: DebugState;
      readonly vmRestartAt?: string;
    }
  | RotationItem
  | { readonly type: 'output'; readonly at: string; readonly instance: string; readonly source: string; readonly line: string }
  | {
      readonly type: 'file';
      readonly at: string;
      readonly instance: string;
      readonly text: string;
      readonly change?: FileChange;
      /** Files whose last holder has ended inside the restart window. */
      readonly freed?: readonly string[];
    }
  | DriveItem
  /** A sentence; of an instance without its name. */
  | { readonly type: 'notice'; readonly at: string; readonly instance?: string; readonly text: string }
  | { readonly type: 'stopping'; readonly at: string }
  | { readonly type: 'stopped'; readonly at: string };

/** What the control server may ask of the running emulator. Errors that a user can mend are UserError. */
export interface Emulator extends SnapshotRestorer {
  status(): StatusDocument;
  processes(): Promise<readonly PsEntry[]>;
  kill(request: KillRequest): Promise<KillResult>;
  /** Lets an event happen to instances; what becomes of it their status tells. */
  raise(request: RaiseRequest): RaiseResult;
  patch(request: PatchRequest): Promise<PatchResult>;
  /** Puts back what a patch has replaced. */
  revert(request: RevertRequest): Promise<RevertResult>;
  debug(request: DebugRequest): Promise<DebugResult>;
  /** What an event would take away. Nothing is changed. */
  plan(request: PlanRequest): Promise<EventPlan>;
  /** Makes something go wrong, or lets it be well again. */
  fault(request: FaultRequest): FaultResult;
  /** Calls `listener` for each item from now on. @returns how to end it */
  follow(listener: (item: FeedItem) => void): () => void;
  /** Orderly stop of everything; `remove` deletes the deployment with its drives. The feed tells the progress. */
  stop(options: { readonly remove: boolean }): void;
}

/** `state.json` of a state directory, mode 0600: how a command finds and convinces the running emulator. */
export interface StateFile {
  readonly formatVersion: 1;
  readonly pid: number;
  readonly startTicks: string;
  readonly keeperPid: number;
  readonly port: number;
  readonly token: string;
  readonly startedAt: string;
  readonly service: string;
}
