import type { Timeline, TimelineInstance } from '../../taskmgr/timeline/timeline.ts';

/** A part of the axis: shown to scale, or cut short because nothing happened in it. */
export interface Segment {
  /** Wall-clock milliseconds. */
  readonly from: number;
  readonly to: number;
  /** `quiet`: every instance is at rest; `off`: no emulator ran. */
  readonly kind: 'shown' | 'quiet' | 'off';
  /** Where it lies on the axis, from 0 to 1. */
  readonly start: number;
  readonly end: number;
}

export interface Scale {
  readonly segments: readonly Segment[];
  /** Where a moment lies on the axis, from 0 to 1; what lies outside is at its ends. */
  position(ms: number): number;
}

/** The axis of a time line. @param even shows all of it to scale, however little happens */
export function timeScale(timeline: Timeline, even: boolean): Scale {
  const segments = placed(even ? wholeRange(timeline) : withoutPauses(timeline));
  return {
    segments,
    position: (ms) => {
      const segment = segments.findLast(({ from }) => from <= ms);
      if (segment === undefined) return 0;
      const share = segment.to === segment.from ? 0 : Math.min(1, (ms - segment.from) / (segment.to - segment.from));
      return segment.start + share * (segment.end - segment.start);
    },
  };
}

type Stretch = Pick<Segment, 'from' | 'to' | 'kind'>;

/** What a break takes of the width, and what all of them together take at most. */
const breakShare = 0.04;
const allBreaksShare = 0.3;

function placed(stretches: readonly Stretch[]): readonly Segment[] {
  const shownMs = Math.max(1, sum(stretches.filter(({ kind }) => kind === 'shown').map(({ from, to }) => to - from)));
  const breaks = stretches.filter(({ kind }) => kind !== 'shown').length;
  const each = breaks === 0 ? 0 : Math.min(breakShare, allBreaksShare / breaks);
  let end = 0;
  return stretches.map((stretch) => {
    const start = end;
    end += stretch.kind === 'shown' ? ((stretch.to - stretch.from) / shownMs) * (1 - breaks * each) : each;
    return { ...stretch, start, end: Math.min(1, end) };
  });
}

function wholeRange({ from, to }: Timeline): readonly Stretch[] {
  return [{ from: Date.parse(from), to: Date.parse(to), kind: 'shown' }];
}

/** Room that stays on both sides of a break, as a share of what is shown. */
const paddingShare = 0.05;

function withoutPauses(timeline: Timeline): readonly Stretch[] {
  const whole: Stretch = { from: Date.parse(timeline.from), to: Date.parse(timeline.to), kind: 'shown' };
  const pauses = pausesOf(timeline, whole).sort((a, b) => b.to - b.from - (a.to - a.from));
  let leftMs = whole.to - whole.from;
  const cut = pauses.filter(({ from, to, kind }) => {
    // A pause is worth a break when it takes more room than all that is left to show.
    if (kind === 'quiet' && to - from <= leftMs / 2) return false;
    leftMs -= to - from;
    return true;
  });
  const paddingMs = leftMs * paddingShare;
  const breaks = cut.map(({ from, to, kind }) => {
    const padding = kind === 'off' ? 0 : Math.min(paddingMs, (to - from) / 4);
    return { from: from === whole.from ? from : from + padding, to: to === whole.to ? to : to - padding, kind };
  });
  return stretchesAround(
    breaks.sort((a, b) => a.from - b.from),
    whole,
  );
}

function stretchesAround(breaks: readonly Stretch[], whole: Stretch): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let from = whole.from;
  for (const pause of breaks) {
    if (pause.from > from) stretches.push({ from, to: pause.from, kind: 'shown' });
    stretches.push(pause);
    from = pause.to;
  }
  if (from < whole.to || stretches.length === 0) stretches.push({ from, to: whole.to, kind: 'shown' });
  return stretches;
}

/** Where nothing happens: between what happens, and between runs. */
function pausesOf({ runs, instances }: Timeline, whole: Stretch): Stretch[] {
  const pauses: Stretch[] = [];
  for (const [index, run] of runs.entries()) {
    const from = Math.max(whole.from, Date.parse(run.from));
    const to = Date.parse(run.to);
    const next = runs[index + 1];
    let end = from;
    for (const busy of [...instances.flatMap(busyIn).sort((a, b) => a.from - b.from), { from: to, to }]) {
      if (busy.to < from || busy.from > to) continue;
      if (busy.from > end) pauses.push({ from: end, to: busy.from, kind: 'quiet' });
      end = Math.max(end, busy.to);
    }
    if (next !== undefined) pauses.push({ from: to, to: Date.parse(next.from), kind: 'off' });
  }
  return pauses.filter(({ from, to }) => to > from);
}

interface Busy {
  readonly from: number;
  readonly to: number;
}

function busyIn({ states, processes, drives, events }: TimelineInstance): readonly Busy[] {
  const moment = (stamp: string): Busy => ({ from: Date.parse(stamp), to: Date.parse(stamp) });
  const span = ({ from, to }: { readonly from: string; readonly to: string }): Busy => ({ from: Date.parse(from), to: Date.parse(to) });
  return [
    ...states.filter(({ state }) => state !== 'ReadyRole' && state !== 'StoppedVM').map(span),
    ...processes.flatMap(({ from, to, debugged }) => [moment(from), moment(to), ...debugged.map(span)]),
    ...drives.map(({ at }) => moment(at)),
    ...events.map(({ at }) => moment(at)),
  ];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
