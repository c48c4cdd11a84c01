import type { DeploymentDocument } from './deployment.ts';
import type { DriveLetter, RoleDriveLetter } from './vm-document.ts';

/** What lies in a folder with all below it. */
export interface TreeSize {
  readonly files: number;
  readonly folders: number;
  readonly links: number;
  readonly bytes: number;
}

export interface SavedDrive extends TreeSize {
  readonly letter: DriveLetter;
  /** Pipes, sockets and devices, and what went while it was copied. */
  readonly passedOver: number;
}

export interface SavedVm {
  readonly instance: string;
  readonly roleDrive: RoleDriveLetter;
  /** Number of the last event that had happened to it. */
  readonly eventDone: number;
  readonly drives: readonly SavedDrive[];
}

/** `snapshot.json` of a snapshot: the drives lie beside it in `vms`, as those of the deployment do. */
export interface SnapshotManifest {
  readonly formatVersion: 1;
  readonly name: string;
  /** Version of the rolevm that has saved it. */
  readonly version: string;
  readonly createdAt: string;
  readonly message?: string;
  /** running: what was on the drives at that moment, as after a power loss; stopped: in order. */
  readonly saved: 'running' | 'stopped';
  readonly deployment: DeploymentDocument;
  readonly vms: readonly SavedVm[];
}

export interface RestoreRequest {
  readonly snapshot: string;
}

export interface RestoreResult {
  readonly snapshot: string;
  /** With the state that each is to be in again. */
  readonly instances: readonly { readonly name: string; readonly expectedState: 'Started' | 'Stopped' }[];
}

/** The part of the emulator that puts its VMs back. */
export interface SnapshotRestorer {
  /** Takes the power off every VM, puts its drives back to a snapshot and starts it again; what becomes of it their status tells. */
  restore(request: RestoreRequest): Promise<RestoreResult>;
}

/** Names of snapshots are names of folders, on every system. */
export const snapshotNameForm = /^(?!(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$))[a-z0-9](?:[\w.-]{0,98}[\w-])?$/i;
