import type { DebugState, FeedItem, InstanceEntry } from '../contracts/control-api.ts';
import { describeExit, type ExitCause, wasWanted } from '../contracts/exit-cause.ts';
import { harmless, painter, statusFormat } from './colour.ts';
import { drivesText } from './drives-text.ts';
import { rotationText } from './rotation-text.ts';
import { timeOfDay } from './time-of-day.ts';

/** What the printer remembers between items: widths that only grow, and what was last said of each instance. */
export interface FeedPrinter {
  readonly instanceWidth: number;
  readonly sourceWidth: number;
  readonly shown: Readonly<Record<string, string>>;
}

export const freshFeedPrinter: FeedPrinter = { instanceWidth: 8, sourceWidth: 0, shown: {} };

const widestInstance = 40;
const widestSource = 30;
const stateWidth = 'FailedStartingRole'.length;
const mostDetailLines = 15;

export interface FeedOptions {
  readonly colour: boolean;
  /** Whoever reads this may press Ctrl-C to end the emulator. */
  readonly interactive?: boolean;
}

/**
 * One item of the feed as lines for a person: time, instance, what happened. Repeated statuses print nothing.
 *
 * @returns the lines, without line ends, and the printer for the next item
 */
export function printFeedItem(
  printer: FeedPrinter,
  item: FeedItem,
  options: FeedOptions,
): { readonly printer: FeedPrinter; readonly lines: readonly string[] } {
  const next = grown(printer, item);
  if (item.type === 'status') {
    const said = statusKey(item.instance);
    if (printer.shown[item.instance.name] === said) return { printer: next, lines: [] };
    const shown = { ...printer.shown, [item.instance.name]: said };
    return { printer: { ...next, shown }, lines: prefixed(next, item, statusText(item, options.colour), options.colour) };
  }
  return { printer: next, lines: prefixed(next, item, itemText(next, item, options), options.colour) };
}

/** A moment to come, with the time that is left until then: `at 10:44:12, in 9:58`. */
export function momentText(stamp: string, now: number): string {
  const seconds = Math.max(0, Math.ceil((Date.parse(stamp) - now) / 1_000));
  return `at ${timeOfDay(stamp)}, in ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

function grown(printer: FeedPrinter, item: FeedItem): FeedPrinter {
  const instanceWidth = Math.min(widestInstance, Math.max(printer.instanceWidth, subjectOf(item).length));
  const source = item.type === 'output' ? item.source.length : 0;
  return { ...printer, instanceWidth, sourceWidth: Math.min(widestSource, Math.max(printer.sourceWidth, source)) };
}

function subjectOf(item: FeedItem): string {
  if (item.type === 'status') return item.instance.name;
  return ('instance' in item ? item.instance : undefined) ?? 'rolevm';
}

function statusKey({ state, details, restartAt, vmRestartAt }: InstanceEntry): string {
  return JSON.stringify([state, details, restartAt, vmRestartAt]);
}

function statusText({ instance, at }: Extract<FeedItem, { type: 'status' }>, colour: boolean): readonly string[] {
  const paint = painter(colour);
  const state = paint(statusFormat(instance.state), instance.state.padEnd(stateWidth));
  const [first = '', ...more] = instance.details.split(/\r?\n/).slice(0, mostDetailLines);
  const restart = instance.restartAt === undefined ? '' : paint('cyan', `  restart ${momentText(instance.restartAt, Date.parse(at))}`);
  const vmRestart = instance.vmRestartAt === undefined ? '' : paint('red', `  VM restarts at ${timeOfDay(instance.vmRestartAt)}`);
  return [
    `${state}  ${harmless(first, false)}${restart}${vmRestart}`,
    ...more.map((line) => `${' '.repeat(stateWidth)}  ${harmless(line, false)}`),
  ];
}

function itemText(
  printer: FeedPrinter,
  item: Exclude<FeedItem, { type: 'status' }>,
  { colour, interactive }: FeedOptions,
): readonly string[] {
  const paint = painter(colour);
  switch (item.type) {
    case 'process.started':
      return [`${paint('green', '+')} ${harmless(item.name, false)} ${paint('gray', `pid ${item.pid}`)}`];
    case 'process.ended':
      return [
        `${paint('red', '-')} ${harmless(item.name, false)} ${paint('gray', `pid ${item.pid}`)} ${paint(causeFormat(item.cause), harmless(describeExit(item.cause), false))}`,
      ];
    case 'debug': {
      const restart = item.vmRestartAt === undefined ? '' : paint('red', `  VM restarts at ${timeOfDay(item.vmRestartAt)}`);
      return [
        `${paint('yellow', '!')} ${harmless(item.name, false)} ${paint('gray', `pid ${item.pid}`)} ${debugWord(item.state)}${restart}`,
      ];
    }
    case 'rotation':
      return [rotationText(item.rotation, paint)];
    case 'output':
      return [
        `${paint('blue', harmless(item.source, false).padEnd(printer.sourceWidth))} ${paint('gray', '|')} ${harmless(item.line, colour)}`,
      ];
    case 'file':
      return [paint('magenta', harmless(item.text, false))];
    case 'drives':
      return [paint('magenta', drivesText(item))];
    // What a patch means for the role, the watch over the drive tells.
    case 'patched':
    case 'reverted':
      return [];
    case 'notice':
      return item.text.split(/\r?\n/).map((line) => harmless(line, false));
    case 'stopping':
      return [paint('yellow', `stopping in order${interactive === true ? '; Ctrl-C again ends everything now' : ''}`)];
    case 'stopped':
      return ['stopped'];
  }
}

function debugWord(state: DebugState): string {
  return state === 'running' ? 'goes on' : state;
}

function causeFormat(cause: ExitCause): 'gray' | 'red' {
  return wasWanted(cause) ? 'gray' : 'red';
}

function prefixed(printer: FeedPrinter, item: FeedItem, texts: readonly string[], colour: boolean): readonly string[] {
  const paint = painter(colour);
  const subject = harmless(subjectOf(item), false).slice(0, widestInstance).padEnd(printer.instanceWidth);
  return texts.map((text) => `${paint('gray', timeOfDay(item.at))} ${paint('bold', subject)}  ${text}`.trimEnd());
}
