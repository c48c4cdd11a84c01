import { harmless, painter } from '../control/colour.ts';
import type { ChaosSummary, FaultResult } from '../rehearsal/chaos/types.ts';
import { table } from './table.ts';

const kindWidth = 24;

/**
 * One fault for a person: a line, and with a loss its story.
 *
 * @param again command that repeats this fault alone
 */
export function faultLines({ number, kind, what, readyMs, loss }: FaultResult, again: string, colour: boolean): readonly string[] {
  const paint = painter(colour);
  const end = loss === undefined ? paint('green', `Ready after ${secondsText(readyMs)}`) : paint('red', 'LOST');
  const line = `${String(number).padStart(4)}  ${paint('bold', kind.padEnd(kindWidth))}  ${harmless(what, false)}  ${end}`;
  if (loss === undefined) return [line];
  return [
    line,
    `      ${harmless(loss.text, false)}`,
    `      again: ${again}`,
    ...loss.story.map((told) => paint('gray', `      | ${harmless(told, false)}`)),
  ];
}

/** What came of all faults, for a person. */
export function summaryLines({ faults, losses, kinds, ended, ...times }: ChaosSummary, colour: boolean): readonly string[] {
  const paint = painter(colour);
  const rows = kinds.map(({ kind, count, losses: lost, medianReadyMs, longestReadyMs }) => [
    `  ${kind}`,
    String(count),
    secondsText(medianReadyMs),
    secondsText(longestReadyMs),
    lost === 0 ? '' : paint('red', `${lost} lost`),
  ]);
  const lossText = losses === 0 ? paint('green', 'nothing lost') : paint('red', `${losses} lost`);
  return [
    ...(ended === undefined ? [] : [paint('yellow', `ended early: ${ended}`)]),
    '',
    ...table([['  fault', 'times', 'median', 'longest'], ...rows], [1, 2, 3]),
    '',
    `${faults} ${faults === 1 ? 'fault' : 'faults'}, ${lossText}; Ready again after ${secondsText(times.medianReadyMs)} (median), ${secondsText(times.longestReadyMs)} at the longest`,
  ];
}

function secondsText(ms: number | undefined): string {
  return ms === undefined ? '-' : `${(ms / 1_000).toFixed(1)} s`;
}
