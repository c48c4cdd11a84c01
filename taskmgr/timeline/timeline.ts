import type { DebugState } from '../../contracts/debug.ts';
import type { ExitCause } from '../../contracts/exit-cause.ts';
import type { InstanceStatus } from '../../contracts/instance-status.ts';
import type { FileRecord, RunRecord, StartRecord } from '../../contracts/journal.ts';
import type { RoleLimit } from '../../fabric/role-limit.ts';
import type { EventEntry } from '../../logs/event-entry.ts';

/** Something that lasts. All stamps are ISO 8601. */
export interface Span {
  readonly from: string;
  readonly to: string;
  /**
   * What `to` is:
   * - `seen`: its end
   * - `goes on`: now
   * - `unseen`: the last sign of life of an emulator that ended without telling
   */
  readonly ending: 'seen' | 'goes on' | 'unseen';
}

/** One life of an emulator. */
export interface TimelineRun extends Span {
  readonly pid: number;
  readonly version: string;
  readonly service: string;
  readonly speed: number;
  /** Milliseconds of Azure time. */
  readonly limits: RunRecord['limits'];
}

export interface StateSpan extends Span {
  readonly state: InstanceStatus;
  /** The last that was said in this state. */
  readonly details: string;
}

export interface DebuggedSpan extends Span {
  readonly state: Exclude<DebugState, 'running'>;
}

export interface ProcessSpan extends Span {
  readonly name: string;
  readonly pid: number;
  readonly kind: StartRecord['kind'];
  readonly task?: NonNullable<StartRecord['task']>;
  /** Why it ended; missing while it lives and where nobody has seen it. */
  readonly cause?: ExitCause;
  /** While a debugger was at it, or it was suspended. */
  readonly debugged: readonly DebuggedSpan[];
}

/** From the loss of a bootstrapper to the start of the next one. */
export interface WindowSpan extends Span {
  /** When the next start was announced for. */
  readonly restartAt: string;
  /** From when on no process held a file of the role; missing where that was not so. */
  readonly freeFrom?: string;
}

export interface LimitSpan extends Span {
  readonly limit: RoleLimit;
  /** `reached`: it is Ready or has stopped; `missed`: it ended otherwise; `goes on`: neither yet. */
  readonly outcome: 'reached' | 'missed' | 'goes on';
  /** What it had, and what it took or has taken so far: milliseconds of Azure time. */
  readonly limitMs: number;
  readonly azureMs: number;
  /** When the time was over; missing where it was not. */
  readonly crossedAt?: string;
  readonly speed: number;
}

export interface DriveMark {
  readonly at: string;
  readonly what: Exclude<FileRecord['what'], 'free'> | 'rebuilt';
  /** Windows would have refused it. */
  readonly refused?: true;
  readonly drivePath?: string;
  readonly text: string;
}

export type EventMark = Pick<EventEntry, 'log' | 'source' | 'id' | 'level' | 'message'> & { readonly at: string };

export interface TimelineInstance {
  readonly name: string;
  readonly role: string;
  readonly states: readonly StateSpan[];
  /** In the order of their starts. */
  readonly processes: readonly ProcessSpan[];
  readonly windows: readonly WindowSpan[];
  readonly limits: readonly LimitSpan[];
  /** While the load balancer gave it new connections. */
  readonly rotation: readonly Span[];
  readonly drives: readonly DriveMark[];
  /** Of the System log, and errors of the other logs. They lie on D: and are lost with it. */
  readonly events: readonly EventMark[];
}

/** What happened to the instances of a deployment over time, without any drawing. */
export interface Timeline {
  /** What is to be shown; what lasts may have begun before. */
  readonly from: string;
  readonly to: string;
  readonly runs: readonly TimelineRun[];
  readonly instances: readonly TimelineInstance[];
  /** What the emulator has told its user. */
  readonly notices: readonly { readonly at: string; readonly instance?: string; readonly text: string }[];
}
