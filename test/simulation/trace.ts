import type { SimulatedProcess } from './process.ts';

/** What happened in one campaign, in order. */
export interface Trace {
  note(from: SimulatedProcess | string, what: string, detail?: string): void;
  /** One line an entry: Azure time in seconds, who, what. */
  lines(): readonly string[];
}

/** @param now Azure milliseconds */
export function openTrace(now: () => number): Trace {
  const entries: { readonly at: number; readonly from: SimulatedProcess | string; readonly what: string; readonly detail: string }[] = [];
  return {
    note: (from, what, detail = '') => {
      entries.push({ at: now(), from, what, detail });
    },
    lines: () =>
      entries.map(({ at, from, what, detail }) => {
        const who = typeof from === 'string' ? from : `${from.vm === '' ? '' : `${from.vm}/`}${from.name}(${from.pid})`;
        return `${(at / 1_000).toFixed(3).padStart(10)}  ${who.padEnd(34)} ${what}${detail === '' ? '' : `: ${withoutMoment(detail)}`}`;
      }),
  };
}

/** Texts for users carry the moment of real time, in which two runs of one seed differ. */
function withoutMoment(text: string): string {
  return (text.split('\n')[0] ?? '').replace(/ ?Last exit time: \[.*?\]\./, '');
}
