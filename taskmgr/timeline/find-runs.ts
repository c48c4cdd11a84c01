import type { JournalRecord } from '../../contracts/journal.ts';
import type { JournalRun } from './read-journal.ts';
import type { TimelineRun } from './timeline.ts';

export interface Present {
  /** Wall-clock milliseconds. */
  readonly now: number;
  /** Pid of the emulator that lives over this state directory. */
  readonly livingPid?: number;
  /** The last sign of life of the VMs, ISO 8601. */
  readonly lastSign?: string;
}

/** A run with what it has told and the moment at which it ended, as far as that can be known. */
export interface EndedRun {
  readonly run: TimelineRun;
  readonly records: readonly JournalRecord[];
}

/** Finds out when each run ended: it has told so, it goes on, or its VMs were last seen alive at that time. */
export function findRuns(journal: readonly JournalRun[], { now, livingPid, lastSign }: Present): readonly EndedRun[] {
  return journal.map(({ run, records }, index) => {
    const { at: from, pid, version, service, speed, limits } = run;
    const about = { pid, version, service, speed, limits, from };
    const next = journal[index + 1]?.run;
    const told = records.findLast(({ type }) => type === 'stopped');
    const last = records.at(-1)?.at ?? from;
    if (told !== undefined) return { run: { ...about, to: last, ending: 'seen' }, records };
    if (next === undefined && livingPid === pid)
      return { run: { ...about, to: latest(last, new Date(now).toISOString()), ending: 'goes on' }, records };
    const sign = next === undefined ? lastSign : next.formerSign;
    const limit = next?.at ?? new Date(now).toISOString();
    const to = sign === undefined || sign > limit ? last : latest(last, sign);
    return { run: { ...about, to, ending: 'unseen' }, records };
  });
}

function latest(a: string, b: string): string {
  return a > b ? a : b;
}
