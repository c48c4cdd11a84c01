import { wasWanted } from '../../contracts/exit-cause.ts';
import type { InstanceStatus } from '../../contracts/instance-status.ts';
import { type Format, statusFormat } from '../../control/colour.ts';
import type { DriveMark, EventMark, LimitSpan, ProcessSpan, Span, StateSpan, WindowSpan } from '../../taskmgr/timeline/timeline.ts';
import { Cells } from './cells.ts';
import { type Shade, shadeOf, shadeOrder } from './shades.ts';

/** Where the tracks are drawn. */
export interface Plot {
  /** Columns. */
  readonly width: number;
  /** The column of a moment. */
  readonly column: (stamp: string) => number;
}

export const shadeCharacters: Readonly<Record<Shade, string>> = { ready: '█', up: '▒', down: '░', bad: '!', off: '·' };

/** Names of states where they have room, shades elsewhere. */
export function stateRow(states: readonly StateSpan[], plot: Plot): Cells {
  const cells = new Cells(plot.width);
  const followed = new Set(states.map(({ from }) => from));
  for (const shade of shadeOrder) {
    for (const span of states.filter(({ state }) => shadeOf(state) === shade)) {
      const [from, last] = columnsOf(span, plot);
      const to = followed.has(span.to) ? Math.max(from + 1, last - 1) : last;
      const format = statusFormat(span.state);
      cells.fill(from, to, shadeCharacters[shade], format);
      const name = nameFor(span.state, to - from);
      if (name !== '') cells.put(from + 1, ` ${name} `, format);
    }
  }
  return cells;
}

/** A shade on either side and the blanks around the name. */
const aroundName = 4;

function nameFor(state: InstanceStatus, room: number): string {
  const short = state.replace(/(?:Role|VM)$/, '');
  return [state, short].find((name) => name.length + aroundName <= room) ?? '';
}

export function processRow(spans: readonly ProcessSpan[], plot: Plot): Cells {
  const cells = new Cells(plot.width);
  for (const span of spans) {
    const [from, to] = columnsOf(span, plot);
    cells.fill(from, to, '━');
    for (const debugged of span.debugged) cells.fill(...columnsOf(debugged, plot), '▚', 'yellow');
    cells.put(from, '┣');
    if (span.ending !== 'goes on') cells.put(to - 1, span.ending === 'unseen' ? '?' : '┫');
  }
  // The next generation may begin in the same column: an end that nobody asked for is not to be hidden by it.
  for (const { to, cause } of spans) {
    if (cause === undefined || wasWanted(cause)) continue;
    const end = plot.column(to);
    cells.put(end, '✗', 'red');
    if (cause.code !== undefined) putIfRoom(cells, end + 1, String(cause.code), 'red');
  }
  return cells;
}

export function rotationRow(spans: readonly Span[], plot: Plot): Cells {
  const cells = new Cells(plot.width);
  for (const span of spans) cells.fill(...columnsOf(span, plot), '═', 'green');
  return cells;
}

/** Dots until the last holder of the role's files is gone, then the time in which they can be replaced. */
export function windowRow(spans: readonly WindowSpan[], plot: Plot): Cells {
  const cells = new Cells(plot.width);
  for (const span of spans) {
    const [from, to] = columnsOf(span, plot);
    cells.fill(from, to, '.', 'cyan');
    if (span.freeFrom !== undefined) cells.fill(plot.column(span.freeFrom), to, '=', 'cyan');
  }
  return cells;
}

export function limitRow(spans: readonly LimitSpan[], plot: Plot): Cells {
  const cells = new Cells(plot.width);
  for (const span of spans) {
    const [from, to] = columnsOf(span, plot);
    cells.fill(from, to, '─');
    if (span.crossedAt === undefined) continue;
    const limit = plot.column(span.crossedAt);
    cells.fill(limit, to, '!', 'red');
    cells.put(limit, '┃', 'red');
  }
  return cells;
}

export const driveCharacters: Readonly<Record<DriveMark['what'] | 'refused', string>> = {
  added: '+',
  changed: '~',
  deleted: '-',
  patched: 'P',
  reverted: 'R',
  rebuilt: 'D',
  refused: 'X',
};

export function driveRow(marks: readonly DriveMark[], plot: Plot): Cells {
  const cells = new Cells(plot.width);
  for (const { at, what, refused } of marks) {
    const column = plot.column(at);
    // A copy that Windows would have refused is not to be hidden by what else happened in that moment.
    if (refused === true || cells.isBlank(column, column + 1))
      cells.put(column, driveCharacters[refused === true ? 'refused' : what], refused === true ? 'red' : 'magenta');
  }
  return cells;
}

/** The number of an event where it has room, else a dot. */
export function eventRow(events: readonly EventMark[], plot: Plot): Cells {
  const cells = new Cells(plot.width);
  for (const { at, id, level } of events) {
    const column = plot.column(at);
    const format = level === 'Error' || level === 'Critical' ? 'red' : 'gray';
    const number = `${id}`;
    if (column + number.length <= plot.width && cells.isBlank(column - 1, column + number.length + 1)) cells.put(column, number, format);
    else if (cells.isBlank(column, column + 1)) cells.put(column, '•', format);
  }
  return cells;
}

function putIfRoom(cells: Cells, column: number, text: string, format: Format): void {
  if (column + text.length <= cells.width && cells.isBlank(column, column + text.length)) cells.put(column, text, format);
}

/** The columns of something that lasts: at least one; the second is left out. */
function columnsOf({ from, to }: Span, { column }: Plot): [number, number] {
  const first = column(from);
  return [first, Math.max(first + 1, column(to) + 1)];
}
