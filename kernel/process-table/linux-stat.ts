import type { ProcessEntry } from './types.ts';

export interface SystemUnits {
  readonly pageBytes: number;
  readonly ticksPerSecond: number;
  /** When the system was booted, milliseconds since 1970. */
  readonly bootMs: number;
}

/**
 * One line of /proc/<pid>/stat.
 *
 * The name stands in parentheses and may itself hold parentheses, spaces and line ends: it ends at the last parenthesis.
 *
 * @returns undefined when the text is no such line, as when the process has gone while it was read
 */
export function parseStat(text: string, units: SystemUnits): ProcessEntry | undefined {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  const fields = text.slice(close + 2).split(' ');
  if (open < 1 || close < open || fields.length < 22) return undefined;
  const number = (field: number) => Number(fields[field - firstFieldAfterName]);
  const startTicks = fields[22 - firstFieldAfterName] ?? '';
  const state = fields[0] ?? '';
  return {
    pid: Number(text.slice(0, open - 1)),
    startTicks,
    ppid: number(4),
    // The first thread of a process may end before the others: such a process is shown as a zombie and lives on.
    state: state === 'Z' && number(20) > 1 ? 'S' : state,
    pgid: number(5),
    session: number(6),
    cpuMs: ((number(14) + number(15)) * 1000) / units.ticksPerSecond,
    memory: number(24) * units.pageBytes,
    startedAtMs: Math.round(units.bootMs + (Number(startTicks) * 1000) / units.ticksPerSecond),
    name: text.slice(open + 1, close),
  };
}

// Fields are numbered from 1 as in proc(5); the third is the first one after the name.
const firstFieldAfterName = 3;
