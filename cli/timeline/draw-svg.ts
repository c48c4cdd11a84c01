import { durationText } from '../../control/duration-text.ts';
import type { Timeline, TimelineInstance } from '../../taskmgr/timeline/timeline.ts';
import { lanesOf } from './lanes.ts';
import { type Scale, timeScale } from './scale.ts';
import { headline, limitSentences, toldLines } from './sentences.ts';
import { element, type Markup, textOf } from './svg-element.ts';
import { svgLegend } from './svg-legend.ts';
import { svgStyle } from './svg-style.ts';
import {
  driveTrack,
  eventTrack,
  limitTracks,
  processTrack,
  rotationTrack,
  stateTrack,
  type Track,
  windowBands,
  windowTrack,
} from './svg-tracks.ts';
import { ticksOf } from './ticks.ts';
import { wrapped } from './wrapped.ts';

const width = 1_200;
const margin = 24;
const labelWidth = 190;
const plotLeft = margin + labelWidth;
const plotWidth = width - plotLeft - margin - 16;
const lineHeight = 18;
const axisHeight = 40;
const cardPadding = 10;
const titleHeight = 26;
const gap = 14;
/** Characters of the small font that a line of the picture has room for. */
const textColumns = 160;

/**
 * A time line as a picture that stands alone: no script, no font and no file from elsewhere, readable in light and dark, with a title on
 * everything that lasts or happens.
 *
 * @returns an SVG document
 */
export function drawSvg(timeline: Timeline, { even }: { readonly even: boolean }): string {
  const scale = timeScale(timeline, even);
  const x = (stamp: string) => plotLeft + scale.position(Date.parse(stamp)) * plotWidth;
  const cardsTop = margin + titleHeight + axisHeight;
  let y = cardsTop;
  const cards: Markup[] = [];
  for (const instance of timeline.instances) {
    const card = cardOf(instance, y, x);
    cards.push(card.markup);
    y += card.height + gap;
  }
  const axis = axisOf(timeline, scale, cardsTop, y - gap);
  const below = [
    ...limitSentences(timeline).map((text) => ({ text, className: 'warning' })),
    ...toldLines(timeline).map((text) => ({ text, className: 'label' })),
  ].flatMap(({ text, className }) => wrapped(text, textColumns).map((line) => ({ text: line, className })));
  const lines = below.map(({ text, className }, index) => label(margin, y + lineHeight * (index + 1), text, className));
  y += lineHeight * (below.length + 1) + gap;
  const legend = svgLegend(timeline, { left: margin, right: width - margin, top: y });
  const height = y + legend.height + margin;
  const head = headline(timeline);
  const svg = element(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', width, height, viewBox: `0 0 ${width} ${height}`, role: 'img' },
    element('title', {}, textOf(head)),
    element('style', {}, textOf(svgStyle)),
    element('rect', { class: 'paper', width, height }),
    label(margin, margin + 12, head, 'title'),
    ...axis.behind,
    ...cards,
    ...axis.before,
    ...lines,
    legend.markup,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${svg}\n`;
}

function cardOf(instance: TimelineInstance, top: number, x: Track['x']): { readonly markup: Markup; readonly height: number } {
  let y = top + cardPadding + titleHeight;
  const rows: Markup[] = [];
  const row = (name: string, height: number, draw: (track: Track) => readonly Markup[]) => {
    if (name !== '') rows.push(label(margin + 14, y + height / 2 + 4, shortened(name), 'label'));
    rows.push(...draw({ x, y, height, right: plotLeft + plotWidth }));
    y += height + 4;
  };
  const stateTop = y;
  row('state', 22, (track) => stateTrack(instance, track));
  row('', 6, (track) => limitTracks(instance, track, stateTop - 4));
  if (instance.rotation.length > 0) row('balancer', 14, (track) => rotationTrack(instance, track));
  for (const lane of lanesOf(instance.processes)) row(lane.label, 16, (track) => processTrack(lane, track));
  if (instance.windows.length > 0) row('window', 14, (track) => windowTrack(instance, track));
  if (instance.drives.length > 0) row('drives', 16, (track) => driveTrack(instance, track));
  if (instance.events.length > 0) row('events', 16, (track) => eventTrack(instance, track));
  const height = y - top + cardPadding - 4;
  const frame = element('rect', { class: 'card', x: margin, y: top, width: width - 2 * margin, height, rx: 8, 'fill-opacity': 0.75 });
  const bands = windowBands(instance, { x, y: stateTop, height: y - stateTop, right: plotLeft + plotWidth });
  const title = label(margin + 14, top + cardPadding + 14, `${instance.name}`, 'instance');
  return { markup: element('g', {}, frame, ...bands, title, ...rows), height };
}

/** Grid lines and breaks lie behind the tracks, the labels before everything. */
function axisOf(timeline: Timeline, scale: Scale, top: number, bottom: number): { behind: readonly Markup[]; before: readonly Markup[] } {
  const inAzureTime = timeline.runs.some(({ speed }) => speed !== 1);
  const ticks = ticksOf(scale, timeline.runs, 84 / plotWidth);
  const behind = ticks.map(({ position }) => {
    const at = plotLeft + position * plotWidth;
    return element('line', { class: 'grid', x1: at, x2: at, y1: top - 4, y2: bottom });
  });
  const before = ticks.flatMap(({ position, label: time, azure }) => {
    const at = plotLeft + position * plotWidth;
    return [label(at, top - (inAzureTime ? 20 : 8), time, 'tick'), ...(inAzureTime ? [label(at, top - 7, azure, 'tick')] : [])];
  });
  if (inAzureTime) before.push(label(margin + 14, top - 7, 'Azure time', 'tick'));
  for (const { kind, start, end, from, to } of scale.segments) {
    if (kind === 'shown') continue;
    const hidden = durationText(to - from);
    const what = `${kind === 'off' ? 'no emulator ran' : 'nothing happened'} for ${hidden}`;
    behind.push(
      element(
        'rect',
        { class: 'break', x: plotLeft + start * plotWidth, width: (end - start) * plotWidth, y: top - 4, height: bottom - top + 4 },
        element('title', {}, textOf(what)),
      ),
    );
    before.push(
      element(
        'text',
        { class: 'tick', x: plotLeft + ((start + end) / 2) * plotWidth, y: bottom + 11, 'text-anchor': 'middle' },
        textOf(`⌇ ${hidden}`),
      ),
    );
  }
  return { behind, before };
}

function label(x: number, y: number, text: string, className: string): Markup {
  return element('text', { x, y, class: className }, textOf(text));
}

const longestLabel = 26;

function shortened(name: string): string {
  const letters = [...name];
  return letters.length <= longestLabel ? name : `${letters.slice(0, longestLabel - 1).join('')}…`;
}
