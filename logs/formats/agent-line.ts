import { eightDigits, indented, type LineEntry, type LogLevel, stampParts } from '../line-format.ts';

/** AB 7.2: INFO and WARN are followed by two blanks, HEART by one, so that the texts stand in one column. */
const words: Record<LogLevel, string> = { error: '[ERROR] ', warn: '[WARN]  ', info: '[INFO]  ', heart: '[HEART] ' };

/** WaAppAgent.log and AppAgentRuntime.log (AB 7.2): `[00000020] [03/11/2014 09:14:00.02] [HEART] text`, hundredths of a second. */
export function agentLine({ time, level, text, pid }: LineEntry): string {
  const { year, month, day, clock, millisecond } = stampParts(time);
  return `[${eightDigits(pid)}] [${month}/${day}/${year} ${clock}.${millisecond.slice(0, 2)}] ${words[level]}${indented(text)}`;
}
