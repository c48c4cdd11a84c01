import type { StatusRecord } from '../../contracts/journal.ts';
import type { EndedRun } from './find-runs.ts';
import type { Span, StateSpan, WindowSpan } from './timeline.ts';

/** The states of one instance in a run, each with the last that was said in it. */
export function stateSpans({ run, records }: EndedRun): readonly StateSpan[] {
  const spans: Omit<StateSpan, 'to' | 'ending'>[] = [];
  for (const { at: from, state, details } of statuses(records)) {
    const last = spans.at(-1);
    if (last?.state !== state) spans.push({ from, state, details });
    else if (details !== '') spans[spans.length - 1] = { ...last, details };
  }
  return spans.map((span, index) => ({ ...span, ...endOf(spans[index + 1]?.from, run) }));
}

/** The windows of one instance in a run: from the loss of a bootstrapper to the start of the next. */
export function windowSpans({ run, records }: EndedRun): readonly WindowSpan[] {
  const spans: (Omit<WindowSpan, 'to' | 'ending'> & { to?: string; freeFrom?: string })[] = [];
  for (const record of records) {
    const open = spans.findLast(({ to }) => to === undefined);
    if (record.type === 'file' && record.what === 'free' && open !== undefined) open.freeFrom ??= record.at;
    if (record.type !== 'status') continue;
    if (open !== undefined && record.restartAt === undefined) open.to = record.at;
    if (open === undefined && record.restartAt !== undefined) spans.push({ from: record.at, restartAt: record.restartAt });
  }
  return spans.map(({ to, ...span }) => ({ ...span, ...endOf(to, run) }));
}

/** When one instance was in the load balancer's rotation. */
export function rotationSpans({ run, records }: EndedRun): readonly Span[] {
  const changes = records.flatMap((record) => (record.type === 'rotation' ? [record] : []));
  return changes.flatMap(({ at: from, inRotation }, index) => {
    if (!inRotation || changes[index - 1]?.inRotation === true) return [];
    const out = changes.slice(index + 1).find((change) => !change.inRotation);
    return [{ from, ...endOf(out?.at, run) }];
  });
}

export function statuses(records: EndedRun['records']): readonly StatusRecord[] {
  return records.flatMap((record) => (record.type === 'status' ? [record] : []));
}

/** The end of something that has ended at `to`, or lasts as long as its run. */
export function endOf(to: string | undefined, run: Span): Pick<Span, 'to' | 'ending'> {
  return to === undefined ? { to: run.to, ending: run.ending } : { to, ending: 'seen' };
}
