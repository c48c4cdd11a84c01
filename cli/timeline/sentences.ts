import { describeExit, wasWanted } from '../../contracts/exit-cause.ts';
import { harmless } from '../../control/colour.ts';
import { durationText } from '../../control/duration-text.ts';
import { limitText } from '../../control/limit-text.ts';
import { timeOfDay } from '../../control/time-of-day.ts';
import type { LimitSpan, Timeline, TimelineInstance } from '../../taskmgr/timeline/timeline.ts';

/** What is shown: `HelloWorker  2014-03-11 09:14:05 to 09:15:10: 1 min 5 s at speed 10, 10 min 50 s of Azure time`. */
export function headline({ from, to, runs }: Timeline): string {
  const last = runs.at(-1);
  const ms = Date.parse(to) - Date.parse(from);
  const speeds = [...new Set(runs.map(({ speed }) => speed))];
  const [speed] = speeds;
  const pace =
    speeds.length === 1 && speed !== 1 && speed !== undefined ? ` at speed ${speed}, ${durationText(ms * speed)} of Azure time` : '';
  const several = runs.length === 1 ? '' : ` in ${runs.length} runs`;
  const end = { seen: '', 'goes on': ', still running', unseen: ', ended without being stopped' }[last?.ending ?? 'seen'];
  const untilDay = dayOf(to) === dayOf(from) ? '' : `${dayOf(to)} `;
  return `${harmless(last?.service ?? '', false)}  ${dayOf(from)} ${timeOfDay(from)} to ${untilDay}${timeOfDay(to)}: ${durationText(ms)}${pace}${several}${end}`;
}

/** A sentence on each limit that was crossed. */
export function limitSentences({ instances }: Timeline): readonly string[] {
  return instances.flatMap(({ name, limits }) =>
    limits.filter(({ crossedAt }) => crossedAt !== undefined).map((span) => `${harmless(name, false)} ${limitText(span)}`),
  );
}

/** `30 min to Ready`, `5 min to stop`. */
export function limitTitle({ limit, limitMs }: Pick<LimitSpan, 'limit' | 'limitMs'>): string {
  return `${durationText(limitMs)} to ${limit === 'start' ? 'Ready' : 'stop'}`;
}

/** More than this nobody reads; `--json` has all. */
const mostLines = 24;

/** What went wrong and what was changed, oldest first: the marks of the drawing in words. What happened again and again is told once. */
export function toldLines({ instances, from, to }: Timeline): readonly string[] {
  const width = Math.max(0, ...instances.map(({ name }) => name.length));
  const all = instances
    .flatMap((instance) =>
      timesTold(marksOf(instance).filter(({ at }) => at >= from && at <= to)).map((mark) => ({ ...mark, instance: instance.name })),
    )
    .sort((a, b) => a.at.localeCompare(b.at));
  const shown = all.slice(-mostLines);
  const left = all.length - shown.length;
  return [
    ...(left === 0 ? [] : [`(${left} earlier ones are left out)`]),
    ...shown.map(({ at, instance, text, count, first }) => {
      const often = count === 1 ? '' : `, for the ${ordinal(count)} time since ${timeOfDay(first)}`;
      return `${timeOfDay(at)} ${harmless(instance, false).padEnd(width)}  ${harmless(text, false)}${often}`;
    }),
  ];
}

interface Told {
  readonly at: string;
  readonly text: string;
  /** The same for what is the same but for process numbers. */
  readonly key: string;
}

/** The last of all that are the same, with how many there were and when it began. */
function timesTold(marks: readonly Told[]): readonly (Told & { readonly count: number; readonly first: string })[] {
  const found = new Map<string, Told & { readonly count: number; readonly first: string }>();
  for (const mark of [...marks].sort((a, b) => a.at.localeCompare(b.at))) {
    const former = found.get(mark.key);
    found.set(mark.key, { ...mark, count: (former?.count ?? 0) + 1, first: former?.first ?? mark.at });
  }
  return [...found.values()];
}

function marksOf({ states, processes, drives, events }: TimelineInstance): readonly Told[] {
  return [
    ...processes.flatMap(({ to: at, name, pid, cause }) => {
      if (cause === undefined || wasWanted(cause)) return [];
      const end = describeExit(cause);
      return [{ at, text: `${name} (${pid}) ${end}`, key: `process ${name} ${end}` }];
    }),
    ...states.flatMap(({ from: at, state, details }) => {
      const [first = ''] = details.split(/\r?\n/);
      return first !== '' && troubled.has(state) ? [{ at, text: `${state}: ${first}`, key: `state ${state} ${first}` }] : [];
    }),
    ...drives.map(({ at, text }, index) => ({ at, text, key: `drive ${index}` })),
    ...events.flatMap(({ at, level, source, id, message }) =>
      level === 'Error' || level === 'Critical' ? [{ at, text: `event ${id} of ${source}: ${message}`, key: `event ${id} ${source}` }] : [],
    ),
  ];
}

function ordinal(count: number): string {
  const ending = count % 100 >= 11 && count % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][count % 10] ?? 'th');
  return `${count}${ending}`;
}

/** States that explain themselves in their details and by nothing else. */
const troubled: ReadonlySet<string> = new Set(['CyclingRole', 'FailedStartingRole', 'FailedStartingVM', 'UnresponsiveRole']);

function dayOf(stamp: string): string {
  const date = new Date(stamp);
  const two = (number: number) => String(number).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
