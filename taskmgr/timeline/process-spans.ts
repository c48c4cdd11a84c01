import type { JournalRecord, StartRecord } from '../../contracts/journal.ts';
import type { EndedRun } from './find-runs.ts';
import { endOf } from './state-spans.ts';
import type { DebuggedSpan, ProcessSpan, Span } from './timeline.ts';

/** The processes of one instance in a run, in the order of their starts. */
export function processSpans({ run, records }: EndedRun): readonly ProcessSpan[] {
  const spans = [...recordsByPid(records).values()].flatMap((own) =>
    own.flatMap((record, index) => {
      if (record.type !== 'process.started') return [];
      const rest = own.slice(index + 1);
      // Numbers are used again: what comes after the next start of the same number is not about this process.
      const again = rest.findIndex(({ type }) => type === 'process.started');
      return [spanOf(record, again === -1 ? rest : rest.slice(0, again + 1), run)];
    }),
  );
  return spans.sort((a, b) => a.from.localeCompare(b.from));
}

function recordsByPid(records: readonly JournalRecord[]): ReadonlyMap<number, JournalRecord[]> {
  const found = new Map<number, JournalRecord[]>();
  for (const record of records) {
    if (!('pid' in record)) continue;
    const own = found.get(record.pid);
    if (own === undefined) found.set(record.pid, [record]);
    else own.push(record);
  }
  return found;
}

function spanOf({ at: from, name, pid, kind, task }: StartRecord, later: readonly JournalRecord[], run: Span): ProcessSpan {
  const ended = later.find((record) => record.type === 'process.ended');
  const replaced = later.find((record) => record.type === 'process.started');
  const end: Pick<Span, 'to' | 'ending'> =
    ended === undefined && replaced !== undefined ? { to: replaced.at, ending: 'unseen' } : endOf(ended?.at, run);
  return {
    from,
    ...end,
    name,
    pid,
    kind,
    ...(task === undefined ? {} : { task }),
    ...(ended === undefined ? {} : { cause: ended.cause }),
    debugged: debuggedSpans(later, end),
  };
}

function debuggedSpans(records: readonly JournalRecord[], end: Pick<Span, 'to' | 'ending'>): readonly DebuggedSpan[] {
  const changes = records.flatMap((record) => (record.type === 'debug' ? [record] : []));
  return changes.flatMap(({ at: from, state }, index) => {
    if (state === 'running') return [];
    const next = changes[index + 1];
    return [{ from, state, ...(next === undefined ? end : { to: next.at, ending: 'seen' as const }) }];
  });
}
