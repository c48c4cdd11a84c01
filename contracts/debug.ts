/**
 * What a debugger does to a process:
 * - `broken into`: stopped in its V8 inspector; a debugger sees it
 * - `suspended`: stopped by a signal, as programs are that are not played
 * - `attached`: runs, with its inspector open
 * - `running`: nothing any more
 */
export type DebugState = 'broken into' | 'suspended' | 'attached' | 'running';

export interface DebugRequest {
  /** `list` changes nothing. */
  readonly action: 'break' | 'attach' | 'detach' | 'list';
  /**
   * Name of a process, with or without .exe, or a pid as text. Without it WindowsAzureGuestAgent; for `detach` and `list` every process
   * that a debugger is at.
   */
  readonly target?: string;
  readonly instance?: string;
}

export interface DebuggedProcess {
  readonly instance: string;
  readonly name: string;
  readonly pid: number;
  readonly state: DebugState;
  /** ISO 8601. */
  readonly since: string;
  /** Of an open inspector. */
  readonly inspector?: { readonly webSocketUrl: string; readonly devtoolsUrl: string };
  /** As in PsEntry. */
  readonly vmRestartAt?: string;
}

export interface DebugResult {
  readonly processes: readonly DebuggedProcess[];
}
