import type { JournalRecord } from '../../contracts/journal.ts';
import type { EventEntry } from '../../logs/event-entry.ts';
import { driveMarks } from './drive-marks.ts';
import type { EndedRun } from './find-runs.ts';
import { limitSpans } from './limit-spans.ts';
import { processSpans } from './process-spans.ts';
import { rotationSpans, stateSpans, windowSpans } from './state-spans.ts';
import type { EventMark, Timeline, TimelineInstance } from './timeline.ts';

/**
 * The time line of some runs.
 *
 * @param runs at least one, oldest first
 * @param events of an instance's event logs, oldest first
 * @param from ISO 8601; what had ended before is left out
 * @param instance only this one
 */
export function buildTimeline(
  runs: readonly EndedRun[],
  events: ReadonlyMap<string, readonly EventEntry[]>,
  from: string,
  instance?: string,
): Timeline {
  const to = runs.at(-1)?.run.to ?? from;
  const isWanted = (name: string | undefined) => instance === undefined || name === undefined || name === instance;
  const names = instancesOf(runs).filter(({ name }) => isWanted(name));
  const notices = runs
    .flatMap(({ records }) => records)
    .flatMap((record) => (record.type === 'notice' ? [record] : []))
    .filter(({ at, instance: name }) => at >= from && isWanted(name));
  return {
    from,
    to,
    runs: runs.map(({ run }) => run),
    instances: names.map((about) => since(instanceOf(about, runs, events.get(about.name) ?? []), from, to)),
    notices: notices.map(({ at, instance: name, text }) => ({ at, ...(name === undefined ? {} : { instance: name }), text })),
  };
}

interface About {
  readonly name: string;
  readonly role: string;
}

function instancesOf(runs: readonly EndedRun[]): readonly About[] {
  const found = new Map<string, About>();
  for (const { records } of runs)
    for (const record of records) if (record.type === 'status') found.set(record.instance, { name: record.instance, role: record.role });
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

function instanceOf({ name, role }: About, runs: readonly EndedRun[], events: readonly EventEntry[]): TimelineInstance {
  const own = runs.map(({ run, records }) => ({ run, records: records.filter((record) => instanceName(record) === name) }));
  return {
    name,
    role,
    states: own.flatMap(stateSpans),
    processes: own.flatMap(processSpans),
    windows: own.flatMap(windowSpans),
    limits: own.flatMap(limitSpans),
    rotation: own.flatMap(rotationSpans),
    drives: own.flatMap(driveMarks),
    events: events.filter(isTelling).map(eventMark),
  };
}

function instanceName(record: JournalRecord): string | undefined {
  return 'instance' in record ? record.instance : undefined;
}

/** The other logs are full of what the tracks show anyway. */
function isTelling({ log, level }: EventEntry): boolean {
  return log === 'System' || level === 'Error' || level === 'Critical';
}

function eventMark({ time: at, log, source, id, level, message }: EventEntry): EventMark {
  const [first = ''] = message.split(/\r?\n/);
  return { at, log, source, id, level, message: first };
}

function since(instance: TimelineInstance, from: string, to: string): TimelineInstance {
  const spans = <Item extends { readonly to: string }>(all: readonly Item[]) => all.filter((span) => span.to >= from);
  const marks = <Item extends { readonly at: string }>(all: readonly Item[]) => all.filter(({ at }) => at >= from && at <= to);
  return {
    ...instance,
    states: spans(instance.states),
    processes: spans(instance.processes),
    windows: spans(instance.windows),
    limits: spans(instance.limits),
    rotation: spans(instance.rotation),
    drives: marks(instance.drives),
    events: marks(instance.events),
  };
}
