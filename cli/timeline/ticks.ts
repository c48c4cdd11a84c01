import type { TimelineRun } from '../../taskmgr/timeline/timeline.ts';
import type { Scale, Segment } from './scale.ts';

export interface Tick {
  /** From 0 to 1. */
  readonly position: number;
  /** Real clock time, here: `14:03:09`. */
  readonly label: string;
  /** Azure time since the run began: `+1:40`. */
  readonly azure: string;
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const steps = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 3, 6, 12, 24, 48, 168, 720].map((count) => count * hour),
];

/**
 * The labels of an axis, at round times.
 *
 * @param share what a label takes of the width, its distance from the next included
 */
export function ticksOf({ segments, position }: Scale, runs: readonly TimelineRun[], share: number): readonly Tick[] {
  const shown = segments.filter(({ kind }) => kind === 'shown');
  const step = stepFor(shown, share);
  const found: Tick[] = [];
  const place = (at: number): boolean => {
    const where = position(at);
    const former = found.at(-1);
    if (where > 1 - share * lastShare || (former !== undefined && where - former.position < share)) return false;
    found.push({ position: where, label: clockTime(at, step), azure: azureTime(at, runs) });
    return true;
  };
  for (const segment of shown) {
    const placed = roundTimes(segment, step).filter(place);
    // A part without a round time has its beginning named.
    if (placed.length === 0) place(segment.from);
  }
  return found;
}

/** The last label needs no distance behind it. */
const lastShare = 0.8;

function stepFor(shown: readonly Segment[], share: number): number {
  const widest = shown.reduce((best, segment) => (segment.end - segment.start > best.end - best.start ? segment : best), shown[0] ?? none);
  const msPerShare = ((widest.to - widest.from) / Math.max(Number.EPSILON, widest.end - widest.start)) * share;
  return steps.find((step) => step >= msPerShare) ?? (steps.at(-1) as number);
}

const none: Segment = { from: 0, to: 0, kind: 'shown', start: 0, end: 1 };

function roundTimes({ from, to }: Segment, step: number): readonly number[] {
  const offset = new Date(from).getTimezoneOffset() * minute;
  const first = Math.ceil((from - offset) / step) * step + offset;
  const count = Math.min(mostTicks, Math.floor((to - first) / step) + 1);
  return Array.from({ length: Math.max(0, count) }, (_, index) => first + index * step);
}

const mostTicks = 1_000;

function clockTime(ms: number, step: number): string {
  const date = new Date(ms);
  const digits = step >= second ? 0 : step >= 100 ? 1 : step >= 10 ? 2 : 3;
  const fraction = digits === 0 ? '' : `.${String(date.getMilliseconds()).padStart(3, '0').slice(0, digits)}`;
  return `${date.toTimeString().slice(0, step >= minute ? 5 : 8)}${fraction}`;
}

function azureTime(ms: number, runs: readonly TimelineRun[]): string {
  const run = runs.findLast(({ from }) => Date.parse(from) <= ms) ?? runs[0];
  if (run === undefined) return '';
  const seconds = Math.max(0, Math.round(((ms - Date.parse(run.from)) * run.speed) / 100) / 10);
  const whole = Math.floor(seconds);
  const hours = Math.floor(whole / 3_600);
  const minutes = Math.floor((whole % 3_600) / 60);
  const rest = `${String(whole % 60).padStart(2, '0')}`;
  return hours > 0 ? `+${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `+${minutes}:${rest}`;
}
