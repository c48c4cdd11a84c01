import { eightDigits, indented, type LineEntry, type LogLevel, stampParts } from '../line-format.ts';

const words: Record<LogLevel, string> = { error: 'ERROR', warn: 'WARN ', info: 'INFO ', heart: 'HEART' };

/**
 * WaHostBootstrapper.log (AB 7.2): `[00003188:00002412, 2014/03/11, 09:14:02.671, WARN ] text`.
 *
 * The thread has the number of the process: Linux numbers the main thread so, and Node runs all of this on it.
 */
export function bootstrapperLine({ time, level, text, pid }: LineEntry): string {
  const { year, month, day, clock, millisecond } = stampParts(time);
  const ids = `${eightDigits(pid)}:${eightDigits(pid)}`;
  return `[${ids}, ${year}/${month}/${day}, ${clock}.${millisecond}, ${words[level]}] ${indented(text)}`;
}
