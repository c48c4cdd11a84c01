import type { JournalRecord, RunRecord, StatusRecord } from '../../../contracts/journal.ts';
import type { Present } from '../../../taskmgr/timeline/find-runs.ts';
import { findRuns } from '../../../taskmgr/timeline/find-runs.ts';
import type { JournalRun } from '../../../taskmgr/timeline/read-journal.ts';

const start = Date.UTC(2014, 2, 11, 9, 14);

/** So many seconds after the story began, ISO 8601. */
export function at(seconds: number): string {
  return new Date(start + seconds * 1_000).toISOString();
}

export const limits = { roleStartMs: 1_800_000, onStopMs: 300_000 };

export function runAt(seconds: number, run: Partial<RunRecord> = {}): RunRecord {
  return { type: 'run', at: at(seconds), pid: 100, version: '0.1.0', service: 'Shop', speed: 1, limits, ...run };
}

/** A status of W_IN_0; the clock of the emulator has run all the time unless `azureMs` says otherwise. */
export function status(seconds: number, state: StatusRecord['state'], more: Partial<StatusRecord> = {}): StatusRecord {
  return { type: 'status', at: at(seconds), instance: 'W_IN_0', role: 'W', state, details: '', azureMs: seconds * 1_000, ...more };
}

export function started(seconds: number, name: string, pid: number, more: object = {}): JournalRecord {
  return { type: 'process.started', at: at(seconds), instance: 'W_IN_0', name, pid, kind: 'played', ...more };
}

export function ended(
  seconds: number,
  name: string,
  pid: number,
  cause: { kind: 'exited' | 'killed' | 'asked' | 'jobClosed'; code?: number; signal?: string },
): JournalRecord {
  return { type: 'process.ended', at: at(seconds), instance: 'W_IN_0', name, pid, cause };
}

export function runsOf(present: Partial<Present>, ...journal: readonly JournalRun[]) {
  return findRuns(journal, { now: start + 3_600_000, ...present });
}

/** A start, a bootstrapper killed after ten seconds, a patch in the window, Ready again, an orderly end. */
export const killed: readonly JournalRecord[] = [
  status(0, 'CreatingVM'),
  started(0.5, 'WindowsAzureGuestAgent', 10),
  status(1, 'CreatingRole'),
  started(1.2, 'WaHostBootstrapper', 11),
  status(1.5, 'StartingRole'),
  started(1.5, 'setup.js', 12, { kind: 'task', task: { index: 0, type: 'simple', context: 'elevated' } }),
  ended(3, 'setup.js', 12, { kind: 'exited', code: 0 }),
  started(3, 'WaWorkerHost', 13),
  status(4, 'ReadyRole'),
  { type: 'rotation', at: at(5), instance: 'W_IN_0', inRotation: true },
  ended(10, 'WaHostBootstrapper', 11, { kind: 'killed', signal: 'SIGKILL' }),
  status(10, 'RestartingRole', { details: 'WaHostBootstrapper is gone.', restartAt: at(30) }),
  { type: 'rotation', at: at(11), instance: 'W_IN_0', inRotation: false },
  ended(13, 'WaWorkerHost', 13, { kind: 'jobClosed', signal: 'SIGKILL' }),
  { type: 'file', at: at(13), instance: 'W_IN_0', what: 'free', text: 'E:\\approot\\W.dll is free until 09:14:30' },
  {
    type: 'file',
    at: at(20),
    instance: 'W_IN_0',
    what: 'added',
    drivePath: 'E:\\approot\\W.dll.bak',
    text: 'E:\\approot\\W.dll.bak was added',
  },
  {
    type: 'file',
    at: at(20),
    instance: 'W_IN_0',
    what: 'patched',
    drivePath: 'E:\\approot\\W.dll',
    text: 'E:\\approot\\W.dll was patched',
  },
  {
    type: 'file',
    at: at(20.2),
    instance: 'W_IN_0',
    what: 'changed',
    drivePath: 'E:\\approot\\W.dll',
    text: 'E:\\approot\\W.dll has changed in time',
  },
  status(30, 'CreatingRole'),
  started(30.1, 'WaHostBootstrapper', 21),
  status(30.5, 'StartingRole'),
  started(31, 'setup.js', 22, { kind: 'task', task: { index: 0, type: 'simple', context: 'elevated' } }),
  ended(32, 'setup.js', 22, { kind: 'exited', code: 0 }),
  started(32, 'WaWorkerHost', 23),
  status(33, 'ReadyRole'),
  { type: 'rotation', at: at(34), instance: 'W_IN_0', inRotation: true },
  { type: 'stopping', at: at(40) },
  status(40, 'StoppingRole'),
  ended(41, 'WaWorkerHost', 23, { kind: 'asked', code: 0 }),
  ended(41, 'WaHostBootstrapper', 21, { kind: 'exited', code: 0 }),
  { type: 'rotation', at: at(41), instance: 'W_IN_0', inRotation: false },
  status(41, 'StoppingVM'),
  ended(42, 'WindowsAzureGuestAgent', 10, { kind: 'asked', code: 0 }),
  status(42, 'StoppedVM'),
  { type: 'stopped', at: at(42) },
];
