import type { LevelFilter } from './configuration.ts';
import { levelFilters } from './configuration.ts';

/** Lets through the lines of a log that are grave enough. */
export interface LineFilter {
  /** The wanted lines among what is complete now. */
  take(bytes: Uint8Array): Uint8Array;
  /** Bytes at the end that are no whole line yet. */
  pending(): number;
}

/** How grave a line is; undefined for one that belongs to the line before it. */
type LevelOf = (line: string) => LevelFilter | undefined;

/** @returns undefined when every line is wanted */
export function lineFilterFor(wanted: LevelFilter, form: 'events' | 'text'): (() => LineFilter) | undefined {
  if (wanted === 'Undefined' || wanted === 'Verbose') return undefined;
  return () => lineFilter(wanted, form === 'events' ? levelOfEvent : levelOfText);
}

function lineFilter(wanted: LevelFilter, levelOf: LevelOf): LineFilter {
  let rest = Buffer.alloc(0);
  let keeps = false;
  return {
    take: (bytes) => {
      const all = Buffer.concat([rest, bytes]);
      const end = all.lastIndexOf(0x0a) + 1;
      rest = Buffer.from(all.subarray(end));
      const lines = all.toString('utf8', 0, end).split('\n').slice(0, -1);
      const kept = lines.filter((line) => {
        const level = levelOf(line);
        if (level !== undefined) keeps = levelFilters.indexOf(level) <= levelFilters.indexOf(wanted);
        return keeps;
      });
      return Buffer.from(kept.map((line) => `${line}\n`).join(''));
    },
    pending: () => rest.length,
  };
}

function levelOfEvent(line: string): LevelFilter | undefined {
  try {
    const { level } = JSON.parse(line) as { readonly level?: unknown };
    return levelFilters.find((one) => one === level);
  } catch {
    return undefined;
  }
}

/** The level words of WaHostBootstrapper.log, of the agents' logs, and of the role hosts' (AB 7.2). */
function levelOfText(line: string): LevelFilter | undefined {
  const found = /^(?:\[[^\]]+, (\w+) ?\]|\[\d+\] \[[^\]]+\] \[(\w+)\]|[\w.]+ (\w+): \d+ : )/.exec(line);
  return levelWords[(found?.[1] ?? found?.[2] ?? found?.[3] ?? '').toUpperCase()];
}

const levelWords: Readonly<Record<string, LevelFilter>> = {
  ERROR: 'Error',
  WARN: 'Warning',
  WARNING: 'Warning',
  INFO: 'Information',
  INFORMATION: 'Information',
  HEART: 'Verbose',
  VERBOSE: 'Verbose',
};
