/** Levels as Azure's agents write them; `heart` is a sign of life. */
export type LogLevel = 'error' | 'warn' | 'info' | 'heart';

/** One entry of a text log before it has its form. */
export interface LineEntry {
  readonly time: Date;
  readonly level: LogLevel;
  readonly text: string;
  readonly pid: number;
  /** Number of a trace event, where the format knows such. */
  readonly id?: number;
}

/** Gives an entry the form of one Azure log, without the end of the line. Stamps are UTC, as the clock of an Azure VM. */
export type LineFormat = (entry: LineEntry) => string;

/** The property that carries a line's final form from a winston format to its transport. */
const finished: unique symbol = Symbol.for('message') as never;

/** A winston format from a function that makes the line of an info object. */
export function winstonFormat<T extends object>(toLine: (info: T) => string): { transform: (info: object) => never } {
  return { transform: (info) => Object.assign(info, { [finished]: toLine(info as T) }) as never };
}

export function finishedLine(info: object): string {
  return String((info as { [finished]?: unknown })[finished]);
}

/**
 * A text as it stands in a log: every line after the first is indented by four blanks, so that what begins in column one is
 * an entry, whatever the text contains. Other control characters are written as `\x1b`: a log that is shown in a terminal
 * must not command it.
 */
export function indented(text: string): string {
  return text
    .trimEnd()
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(/[^\P{Cc}\t\n]/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)
    .replaceAll('\n', '\n    ');
}

/** Year, month and so on in UTC, each padded to its width. */
export function stampParts(time: Date): Record<'year' | 'month' | 'day' | 'clock' | 'millisecond', string> {
  const iso = time.toISOString();
  return {
    year: iso.slice(0, 4),
    month: iso.slice(5, 7),
    day: iso.slice(8, 10),
    clock: iso.slice(11, 19),
    millisecond: iso.slice(20, 23),
  };
}

/** A process or thread number as Azure's logs show it: eight digits. */
export function eightDigits(number: number): string {
  return String(number).padStart(8, '0');
}
