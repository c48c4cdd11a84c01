import type { ExitCause } from '../../contracts/exit-cause.ts';
import type { ProcessReport } from '../../contracts/links.ts';
import { isAlive } from '../../kernel/process-table/index.ts';

/** A process of the VM as it was last reported. */
export interface KnownProcess extends ProcessReport {
  /** Since when it is in its state, ISO 8601. */
  readonly since: string;
}

export interface RegistryListener {
  started(process: KnownProcess): void;
  ended(process: KnownProcess, cause: ExitCause): void;
  /** It has loaded files that it then holds. Told as soon as it is known: what was loaded may be replaced at any time. */
  loaded?(process: KnownProcess): void;
}

/** The processes of one VM, by report. What is reported can lag behind (an agent may be paused), so readers check that a process lives. */
export interface ProcessRegistry {
  note(report: ProcessReport): void;
  /** A process ended and only its pid is known. */
  noteEnd(pid: number, cause: ExitCause): void;
  /** Those that live, in the order in which they were first reported. */
  living(): readonly KnownProcess[];
  /** Forgets what is gone, telling its end. @param causeOf undefined for a process whose end somebody else will tell */
  sweep(causeOf: (process: KnownProcess) => ExitCause | undefined): void;
}

export function processRegistry(listener: RegistryListener, now: () => Date = () => new Date()): ProcessRegistry {
  const known = new Map<number, KnownProcess>();
  const end = (pid: number, cause: ExitCause) => {
    const process = known.get(pid);
    if (process === undefined) return;
    known.delete(pid);
    listener.ended(process, cause);
  };
  return {
    note: (report) => {
      const before = known.get(report.pid);
      if (report.ended !== undefined) {
        if (before === undefined || before.startTicks === report.startTicks) end(report.pid, report.ended);
        return;
      }
      const same = before !== undefined && before.startTicks === report.startTicks;
      // The one that started it and the process itself both report; only the latter knows its state.
      const state = same && report.state === unknownState ? before.state : report.state;
      const since = same && before.state === state ? before.since : now().toISOString();
      const process = { ...(same ? before : {}), ...report, state, since };
      known.set(report.pid, process);
      if (!same) listener.started(process);
      if ((report.loaded?.length ?? 0) > (same ? (before.loaded?.length ?? 0) : 0)) listener.loaded?.(process);
    },
    noteEnd: end,
    living: () => [...known.values()].filter((process) => isAlive(process)),
    sweep: (causeOf) => {
      for (const process of [...known.values()]) {
        const cause = isAlive(process) ? undefined : causeOf(process);
        if (cause !== undefined) end(process.pid, cause);
      }
    },
  };
}

/** What a parent reports of a child before the child has spoken. */
export const unknownState = 'starting';
