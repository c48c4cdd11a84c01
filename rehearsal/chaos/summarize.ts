import type { ChaosSummary, FaultResult, KindSummary } from './types.ts';

/** What came of all faults, kind by kind in the order in which they first struck. */
export function summarize(seed: number, results: readonly FaultResult[], ended: ChaosSummary['ended']): ChaosSummary {
  const kinds = [...new Set(results.map(({ kind }) => kind))].map((kind): KindSummary => {
    const own = results.filter((result) => result.kind === kind);
    return { kind, count: own.length, losses: lossesOf(own), ...timesOf(own) };
  });
  return {
    seed,
    faults: results.length,
    losses: lossesOf(results),
    ...timesOf(results),
    kinds,
    ...(ended === undefined ? {} : { ended }),
  };
}

function lossesOf(results: readonly FaultResult[]): number {
  return results.filter(({ loss }) => loss !== undefined).length;
}

function timesOf(results: readonly FaultResult[]): Pick<ChaosSummary, 'medianReadyMs' | 'longestReadyMs'> {
  const times = results.flatMap(({ readyMs }) => (readyMs === undefined ? [] : [readyMs])).sort((a, b) => a - b);
  const longestReadyMs = times.at(-1);
  const medianReadyMs = times[Math.floor(times.length / 2)];
  return longestReadyMs === undefined || medianReadyMs === undefined ? {} : { medianReadyMs, longestReadyMs };
}
