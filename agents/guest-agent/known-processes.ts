import type { ExitCause } from '../../contracts/exit-cause.ts';
import type { ProcessReport } from '../../contracts/links.ts';

/** The processes of the job that the agent has heard of, so that their end can be told even when nobody is left to tell it. */
export interface KnownProcesses {
  note(report: ProcessReport): void;
  /** @returns the last report of that process with its end, undefined when it was never heard of */
  takeEnd(pid: number, cause: ExitCause): ProcessReport | undefined;
  /** The last reports of all that are left, with their end. @param stays true for those that live on and stay known */
  takeRest(cause: ExitCause, stays?: (report: ProcessReport) => boolean): readonly ProcessReport[];
  /** Those that are known now. */
  all(): readonly ProcessReport[];
}

export function knownProcesses(): KnownProcesses {
  const known = new Map<number, ProcessReport>();
  return {
    note: (report) => {
      if (report.ended === undefined) known.set(report.pid, report);
      else known.delete(report.pid);
    },
    takeEnd: (pid, cause) => {
      const report = known.get(pid);
      known.delete(pid);
      return report === undefined ? undefined : { ...report, ended: cause };
    },
    takeRest: (cause, stays = () => false) => {
      const rest = [...known.values()].filter((report) => !stays(report));
      for (const { pid } of rest) known.delete(pid);
      return rest.map((report) => ({ ...report, ended: cause }));
    },
    all: () => [...known.values()],
  };
}
