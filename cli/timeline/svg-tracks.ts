import { describeExit, wasWanted } from '../../contracts/exit-cause.ts';
import { durationText } from '../../control/duration-text.ts';
import { timeOfDay } from '../../control/time-of-day.ts';
import type { LimitSpan, ProcessSpan, Span, TimelineInstance } from '../../taskmgr/timeline/timeline.ts';
import type { Lane } from './lanes.ts';
import { limitTitle } from './sentences.ts';
import { shadeOf, shadeOrder } from './shades.ts';
import { element, type Markup, textOf } from './svg-element.ts';

/** A row of the picture. */
export interface Track {
  /** Where a moment lies. */
  readonly x: (stamp: string) => number;
  readonly y: number;
  readonly height: number;
  /** The end of the axis. */
  readonly right: number;
}

export function stateTrack({ states }: TimelineInstance, track: Track): readonly Markup[] {
  const bars = shadeOrder.flatMap((shade) =>
    states
      .filter(({ state }) => shadeOf(state) === shade)
      .map((span) => bar(span, track, shade, `${span.state}, ${lasts(span)}${span.details === '' ? '' : `\n${span.details}`}`, 1.5)),
  );
  const names = states.flatMap((span) => {
    const room = widthOf(span, track) - 8;
    const name = [span.state, span.state.replace(/(?:Role|VM)$/, '')].find((candidate) => candidate.length * boldLetterWidth <= room);
    if (name === undefined) return [];
    return [element('text', { class: `on-${shadeOf(span.state)}`, x: track.x(span.from) + 6, y: middle(track) }, textOf(name))];
  });
  return [...bars, ...names];
}

/** How much of its time each start and stop has used; where it was not enough, a line through the state at the moment it was over. */
export function limitTracks({ limits }: TimelineInstance, track: Track, top: number): readonly Markup[] {
  return limits.flatMap((span) => {
    const title = `${durationText(span.azureMs)} of ${limitTitle(span)}`;
    const used = bar(span, { ...track, y: track.y + 1, height: 4 }, 'used', title);
    if (span.crossedAt === undefined) return [used];
    const over = bar({ from: span.crossedAt, to: span.to }, { ...track, y: track.y + 1, height: 4 }, 'over', title);
    return [used, over, ...limitLine(span.crossedAt, span, track, top)];
  });
}

function limitLine(crossedAt: string, span: LimitSpan, track: Track, top: number): readonly Markup[] {
  const x = track.x(crossedAt);
  const title = element('title', {}, textOf(`${limitTitle(span)}: over at ${timeOfDay(crossedAt)}`));
  const name = limitTitle(span);
  // On the side on which there is room.
  const anchor = x + name.length * letterWidth + 8 < track.right ? 'start' : 'end';
  return [
    element('line', { class: 'limit', x1: x, x2: x, y1: top - 14, y2: track.y + track.height }, title),
    element('text', { class: 'cause', x: anchor === 'start' ? x + 4 : x - 4, y: top - 4, 'text-anchor': anchor }, textOf(name)),
  ];
}

export function rotationTrack({ rotation }: TimelineInstance, track: Track): readonly Markup[] {
  return rotation.map((span) => bar(span, inner(track, 5), 'balancer', `in the load balancer's rotation, ${lasts(span)}`));
}

export function processTrack({ spans }: Lane, track: Track): readonly Markup[] {
  return spans.flatMap((span, index) => {
    const shape = inner(track, 11);
    const bad = span.cause !== undefined && !wasWanted(span.cause);
    const drawn = [bar(span, shape, span.kind, aboutProcess(span), 2.5)];
    for (const debugged of span.debugged) drawn.push(bar(debugged, shape, 'debugged', `${debugged.state}, ${lasts(debugged)}`));
    const pid = `${span.pid}`;
    if (widthOf(span, track) > pid.length * 6 + 12)
      drawn.push(element('text', { class: 'pid', x: track.x(span.from) + 5, y: middle(track) - 0.5 }, textOf(pid)));
    if (bad && span.cause !== undefined) drawn.push(...causeMark(span, describeExit(span.cause), track, spans[index + 1]));
    return drawn;
  });
}

function causeMark(span: ProcessSpan, cause: string, track: Track, next: Span | undefined): readonly Markup[] {
  const x = track.x(span.to);
  const y = track.y + track.height / 2;
  const cross = element(
    'path',
    { class: 'killed', d: `M${round(x - 4)} ${round(y - 4)}l8 8m0 -8l-8 8` },
    element('title', {}, textOf(aboutProcess(span))),
  );
  const fits = x + 9 + cause.length * letterWidth < (next === undefined ? track.right : track.x(next.from));
  return fits ? [cross, element('text', { class: 'cause', x: x + 8, y: middle(track) }, textOf(cause))] : [cross];
}

export function windowTrack({ windows }: TimelineInstance, track: Track): readonly Markup[] {
  return windows.flatMap((span) => {
    const waiting = bar(span, inner(track, 6), 'waiting', `restart window, ${lasts(span)}`);
    if (span.freeFrom === undefined) return [waiting];
    const free = { from: span.freeFrom, to: span.to };
    return [waiting, bar(free, inner(track, 6), 'free', `no process holds a file of the role, ${lasts(free)}`)];
  });
}

/** The window through all rows of an instance: what ends before it and begins after it is seen at a glance. */
export function windowBands({ windows }: TimelineInstance, track: Track): readonly Markup[] {
  return windows.map((span) => bar(span, track, 'window', `restart window, ${lasts(span)}`));
}

export function driveTrack({ drives }: TimelineInstance, track: Track): readonly Markup[] {
  return drives.map(({ at, what, refused, text }) => {
    const [x, y] = [track.x(at), track.y + track.height / 2];
    const title = element('title', {}, textOf(`${timeOfDay(at)} ${what}\n${text}`));
    return element('path', { class: refused ? 'refused' : 'drive', d: `M${round(x)} ${round(y - 6)}l6 6l-6 6l-6 -6z` }, title);
  });
}

export function eventTrack({ events }: TimelineInstance, track: Track): readonly Markup[] {
  let free = Number.NEGATIVE_INFINITY;
  return events.flatMap(({ at, id, level, source, message }) => {
    const x = track.x(at);
    const className = level === 'Error' || level === 'Critical' ? 'error' : 'event';
    const title = element('title', {}, textOf(`${timeOfDay(at)} ${source} ${id}\n${message}`));
    const dot = element('circle', { class: className, cx: x, cy: track.y + track.height / 2, r: 3 }, title);
    const name = `${id}`;
    if (x < free || x + name.length * letterWidth + 6 > track.right) return [dot];
    free = x + name.length * letterWidth + 12;
    return [dot, element('text', { class: 'tick', x: x + 6, y: middle(track) }, textOf(name))];
  });
}

const letterWidth = 6.3;
const boldLetterWidth = 7;
const leastWidth = 2;

function bar({ from, to }: Pick<Span, 'from' | 'to'>, track: Track, className: string, title: string, rx = 0): Markup {
  const { y, height } = track;
  const width = Math.max(leastWidth, widthOf({ from, to }, track));
  return element(
    'rect',
    { class: className, x: track.x(from), y, width, height, rx: Math.min(rx, width / 2) },
    element('title', {}, textOf(title)),
  );
}

function widthOf({ from, to }: Pick<Span, 'from' | 'to'>, { x }: Track): number {
  return x(to) - x(from);
}

function inner(track: Track, height: number): Track {
  return { ...track, y: track.y + (track.height - height) / 2, height };
}

function middle({ y, height }: Track): number {
  return y + height / 2 + 4;
}

function round(value: number): number {
  return Number(value.toFixed(2));
}

function lasts({ from, to }: Pick<Span, 'from' | 'to'>): string {
  return `${timeOfDay(from)} to ${timeOfDay(to)} (${durationText(Date.parse(to) - Date.parse(from))})`;
}

function aboutProcess(span: ProcessSpan): string {
  const task = span.task === undefined ? '' : `\n${span.task.type} startup task, ${span.task.context}`;
  const end = span.cause !== undefined ? describeExit(span.cause) : span.ending === 'goes on' ? 'runs' : 'its end was not seen';
  return `${span.name}, pid ${span.pid}, ${lasts(span)}${task}\n${end}`;
}
