import type { LogFile } from './log-files.ts';

/** A line of a log with its place in time. */
export interface LogLine {
  readonly file: LogFile;
  readonly line: string;
  /** Milliseconds since 1970, for ordering. */
  readonly time: number;
  /** The time stands in the line, or in the entry that it belongs to; otherwise it is an estimate. */
  readonly stamped: boolean;
}

/** Milliseconds since 1970 between which a file was written. */
export interface Written {
  readonly first: number;
  readonly last: number;
}

// The forms of AB 7.2, all in UTC: [pid:tid, YYYY/MM/DD, HH:MM:SS.mmm, …] and [tid] [MM/DD/YYYY HH:MM:SS.cc] […].
const yearFirst = /^[^\]]{0,80}?(\d{4})\/(\d\d)\/(\d\d),? (\d\d:\d\d:\d\d\.\d{2,3})/;
const monthFirst = /^\[[0-9a-fA-F]{1,8}\] \[(\d\d)\/(\d\d)\/(\d{4}) (\d\d:\d\d:\d\d\.\d{2,3})\]/;

/**
 * Gives the lines of one file their times. A line without a stamp belongs to the one before it; in a file without any, such as a
 * program's output, only the first and the last line can be placed, and the others are spread evenly between.
 */
export function timedLines(file: LogFile, lines: readonly string[], written: Written): readonly LogLine[] {
  const stamps = lines.map(stampOf);
  if (stamps.every((stamp) => stamp === undefined)) {
    const step = (written.last - written.first) / Math.max(1, lines.length - 1);
    return lines.map((line, index) => ({ file, line, time: written.first + index * step, stamped: false }));
  }
  let time = written.first;
  let stamped = false;
  return lines.map((line, index) => {
    const stamp = stamps[index];
    stamped ||= stamp !== undefined;
    time = stamp ?? time;
    return { file, line, time, stamped };
  });
}

/** All lines by their times; those of one file stay in their order. */
export function mergedLines(files: readonly (readonly LogLine[])[]): readonly LogLine[] {
  return files.flat().sort((a, b) => a.time - b.time);
}

/** @returns milliseconds since 1970, undefined when the line does not begin with a stamp */
export function stampOf(line: string): number | undefined {
  const first = yearFirst.exec(line);
  if (first !== null) return parsed(first[1], first[2], first[3], first[4]);
  const second = monthFirst.exec(line);
  return second === null ? undefined : parsed(second[3], second[1], second[2], second[4]);
}

function parsed(year = '', month = '', day = '', clock = ''): number | undefined {
  const time = Date.parse(`${year}-${month}-${day}T${clock.padEnd(12, '0')}Z`);
  return Number.isNaN(time) ? undefined : time;
}
