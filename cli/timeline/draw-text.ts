import type { Paint } from '../../control/colour.ts';
import type { Timeline, TimelineInstance } from '../../taskmgr/timeline/timeline.ts';
import { Cells, narrow } from './cells.ts';
import { lanesOf } from './lanes.ts';
import { legendOf } from './legend.ts';
import { driveRow, eventRow, limitRow, type Plot, processRow, rotationRow, stateRow, windowRow } from './rows.ts';
import { type Scale, timeScale } from './scale.ts';
import { headline, limitSentences, limitTitle, toldLines } from './sentences.ts';
import { type Tick, ticksOf } from './ticks.ts';
import { wrapped } from './wrapped.ts';

export interface TextOptions {
  /** Columns of the terminal; the drawing is never wider, and needs at least 50. */
  readonly width: number;
  readonly paint: Paint;
  /** Shows all of the time to scale. */
  readonly even: boolean;
}

/** Least columns in which something can be seen. */
const leastWidth = 50;
const widestLabel = 24;
const indent = 2;

/**
 * A time line for a terminal: a block an instance, a row a track, below them what went wrong and a legend. It reads without colours.
 *
 * @returns lines without line ends, none wider than `width` where that is at least 50
 */
export function drawText(timeline: Timeline, { width, paint, even }: TextOptions): readonly string[] {
  const columns = Math.max(leastWidth, width);
  const lanes = new Map(timeline.instances.map((instance) => [instance.name, lanesOf(instance.processes)]));
  const labels = ['balancer', ...[...lanes.values()].flat().map(({ label }) => label)];
  const labelWidth = indent + Math.min(widestLabel, Math.max(...labels.map(({ length }) => length))) + 2;
  const scale = timeScale(timeline, even);
  const plotWidth = columns - labelWidth;
  const plot: Plot = {
    width: plotWidth,
    column: (stamp) => Math.min(plotWidth - 1, Math.floor(scale.position(Date.parse(stamp)) * plotWidth)),
  };
  const row = (label: string, cells: Cells) =>
    `${narrow(`${' '.repeat(indent)}${label}`, labelWidth - 1).padEnd(labelWidth)}${cells.text(paint)}`;
  const text = (line: string) => wrapped(line, columns);
  const words = [
    ...limitSentences(timeline).flatMap((sentence) => text(sentence).map((line) => paint('red', line))),
    ...toldLines(timeline).flatMap(text),
  ];
  return [
    ...text(headline(timeline)),
    '',
    ...axis(timeline, scale, plotWidth).map(([label, cells]) => row(label, cells).trimEnd()),
    ...timeline.instances.flatMap((instance) => [
      paint('bold', narrow(instance.name, columns)),
      ...block(instance, lanes.get(instance.name) ?? [], plot).map(([label, cells]) => row(label, cells)),
      '',
    ]),
    ...words,
    ...(words.length === 0 ? [] : ['']),
    ...text(legendOf(timeline, scale)).map((line) => paint('gray', line.replaceAll('\u00a0', ' ').trimEnd())),
  ];
}

function block(instance: TimelineInstance, lanes: ReturnType<typeof lanesOf>, plot: Plot): readonly (readonly [string, Cells])[] {
  const crossed = instance.limits.filter(({ crossedAt }) => crossedAt !== undefined);
  return [
    ['state', stateRow(instance.states, plot)],
    ...(['start', 'stop'] as const)
      .map((limit) => crossed.filter((span) => span.limit === limit))
      .flatMap((spans) => (spans[0] === undefined ? [] : [[limitTitle(spans[0]), limitRow(spans, plot)] as const])),
    ...(instance.rotation.length === 0 ? [] : [['balancer', rotationRow(instance.rotation, plot)] as const]),
    ...lanes.map(({ label, spans }) => [label, processRow(spans, plot)] as const),
    ...(instance.windows.length === 0 ? [] : [['window', windowRow(instance.windows, plot)] as const]),
    ...(instance.drives.length === 0 ? [] : [['drives', driveRow(instance.drives, plot)] as const]),
    ...(instance.events.length === 0 ? [] : [['events', eventRow(instance.events, plot)] as const]),
  ];
}

/** Columns that a label of the axis takes, its distance from the next included. */
const tickColumns = 12;

function axis(timeline: Timeline, scale: Scale, width: number): readonly (readonly [string, Cells])[] {
  const ticks = ticksOf(scale, timeline.runs, tickColumns / width);
  const drawn = (labelOf: (tick: Tick) => string) => {
    const cells = new Cells(width);
    for (const tick of ticks) cells.put(Math.floor(tick.position * width), labelOf(tick), 'gray');
    return cells;
  };
  const rule = drawn(() => '╷');
  for (const { kind, start, end } of scale.segments) if (kind !== 'shown') rule.put(Math.floor(((start + end) / 2) * width), '⌇', 'yellow');
  const inAzureTime = timeline.runs.some(({ speed }) => speed !== 1);
  return [['', drawn(({ label }) => label)], ...(inAzureTime ? [['Azure time', drawn(({ azure }) => azure)] as const] : []), ['', rule]];
}
