import type { StatusRecord } from '../../contracts/journal.ts';
import { limitIn, limitMs, type RoleLimit } from '../../fabric/role-limit.ts';
import type { EndedRun } from './find-runs.ts';
import { endOf, statuses } from './state-spans.ts';
import type { LimitSpan, TimelineRun } from './timeline.ts';

/** Each way to Ready and each orderly stop of one instance in a run, held against the time that the platform gives it. */
export function limitSpans({ run, records }: EndedRun): readonly LimitSpan[] {
  const spans: LimitSpan[] = [];
  let going: { readonly limit: RoleLimit; readonly first: StatusRecord } | undefined;
  for (const record of statuses(records)) {
    const limit = limitIn(record.state, going?.limit);
    if (limit === going?.limit) continue;
    if (going !== undefined) spans.push(spanOf(going.limit, going.first, run, record));
    going = limit === undefined ? undefined : { limit, first: record };
  }
  if (going !== undefined) spans.push(spanOf(going.limit, going.first, run));
  return spans;
}

function spanOf(limit: RoleLimit, first: StatusRecord, run: TimelineRun, after?: StatusRecord): LimitSpan {
  const { speed } = run;
  const end = endOf(after?.at, run);
  const realMs = Date.parse(end.to) - Date.parse(first.at);
  // The emulator's clock leaves out what its machine has slept.
  const azureMs = after === undefined ? realMs * speed : Math.max(0, after.azureMs - first.azureMs);
  const allowedMs = limitMs(limit, run.limits);
  const crossedMs = Math.min(Date.parse(first.at) + allowedMs / speed, Date.parse(end.to));
  return {
    from: first.at,
    ...end,
    limit,
    outcome: outcomeOf(limit, end.ending, after),
    limitMs: allowedMs,
    azureMs,
    ...(azureMs <= allowedMs ? {} : { crossedAt: new Date(crossedMs).toISOString() }),
    speed,
  };
}

function outcomeOf(limit: RoleLimit, ending: LimitSpan['ending'], after: StatusRecord | undefined): LimitSpan['outcome'] {
  if (ending === 'goes on') return 'goes on';
  if (after === undefined) return 'missed';
  return limit === 'stop' || after.state === 'ReadyRole' ? 'reached' : 'missed';
}
