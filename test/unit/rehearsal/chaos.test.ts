import { createContext, runInContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { faultLines, summaryLines } from '../../../cli/chaos-text.ts';
import { randomOf } from '../../../kernel/random.ts';
import { faults, pickFault } from '../../../rehearsal/chaos/faults/all.ts';
import { clockJump } from '../../../rehearsal/chaos/faults/clocks.ts';
import { askAllTheTime } from '../../../rehearsal/chaos/questions.ts';
import { summarize } from '../../../rehearsal/chaos/summarize.ts';
import type { Target } from '../../../rehearsal/chaos/target.ts';
import type { FaultResult } from '../../../rehearsal/chaos/types.ts';

const startable = { startAgain: async () => {}, guestLostMs: 10_000 } as unknown as Target;
const notStartable = { ...startable, startAgain: undefined };

function picks(target: Target, seeds: number): string[] {
  return Array.from({ length: seeds }, (_, seed) => pickFault(target, randomOf(seed, 'chaos')).kind);
}

describe('the faults of chaos', () => {
  it('are the same for the same seed, and every one is taken sooner or later', () => {
    expect(picks(startable, 50)).toEqual(picks(startable, 50));
    expect(new Set(picks(startable, 3_000))).toEqual(new Set(faults.map(({ kind }) => kind)));
  });

  it('end no emulator that nobody could start again', () => {
    const kinds = new Set(picks(notStartable, 3_000));
    for (const kind of ['kill rolevm up', 'kill the keeper', 'kill rolevm up and its keeper', 'down and up'])
      expect(kinds).not.toContain(kind);
  });

  it('let no ten minutes of Azure pass where those are long', () => {
    expect(picks({ ...startable, guestLostMs: 600_000 }, 3_000).filter((kind) => kind.includes('ten minutes'))).toEqual([]);
  });
});

describe('the questions that are asked all the time', () => {
  const asking = (now: boolean) =>
    askAllTheTime({ ask: () => Promise.reject(new Error('it is gone')), absence: () => ({ times: 1, now }) } as unknown as Target);

  it('complain of one that is not answered', async () => {
    const questions = asking(false);
    await questions.close();
    expect(questions.unanswered()).toBe('GET /status was not answered: it is gone');
    expect(questions.unanswered()).toBeUndefined();
  });

  it('are not asked while nobody can answer', async () => {
    const questions = asking(true);
    await questions.close();
    expect(questions.unanswered()).toBeUndefined();
  });
});

describe('a clock that jumps', () => {
  it('tells another time in every way in which a process asks for it, and the machine’s when it has jumped back', () => {
    const context = createContext({});
    const ask = () =>
      runInContext('[Date.now(), new Date().getTime(), Date.parse(Date()), new Date(5).getTime(), new Date() instanceof Date]', context);
    const hour = 3_600_000;
    runInContext(clockJump(hour), context);
    runInContext(clockJump(-hour), context);
    const [now, fresh, text, given, isDate] = ask();
    for (const time of [now, fresh, text]) expect(Math.abs(time - (Date.now() - hour))).toBeLessThan(60_000);
    expect([given, isDate]).toEqual([5, true]);
    runInContext(clockJump(0), context);
    expect(Math.abs(ask()[0] - Date.now())).toBeLessThan(60_000);
  });
});

const results: readonly FaultResult[] = [
  { number: 1, seed: 7, kind: 'kill', what: 'W_IN_0: WaWorkerHost (12)', readyMs: 300 },
  { number: 2, seed: 8, kind: 'recycle', what: 'W_IN_0', readyMs: 2_000 },
  {
    number: 3,
    seed: 9,
    kind: 'kill',
    what: 'W_IN_0: x\u001b[2J (13)',
    loss: { text: 'not at rest within 1 s', story: ['told', 'told again'] },
  },
  { number: 4, seed: 10, kind: 'kill', what: 'W_IN_0: WaAppAgent (14)', readyMs: 100 },
];

describe('the summary of chaos', () => {
  it('counts by kind, with the median and the longest time to Ready and the losses', () => {
    expect(summarize(7, results, undefined)).toEqual({
      seed: 7,
      faults: 4,
      losses: 1,
      medianReadyMs: 300,
      longestReadyMs: 2_000,
      kinds: [
        { kind: 'kill', count: 3, losses: 1, medianReadyMs: 300, longestReadyMs: 300 },
        { kind: 'recycle', count: 1, losses: 0, medianReadyMs: 2_000, longestReadyMs: 2_000 },
      ],
    });
  });

  it('says what was lost, and that it ended early', () => {
    const text = summaryLines(summarize(7, results, 'interrupted'), false).join('\n');
    expect(text).toContain('ended early: interrupted');
    expect(text).toContain('4 faults, 1 lost; Ready again after 0.3 s (median), 2.0 s at the longest');
    expect(text).toMatch(/kill +3 +0\.3 s +0\.3 s +1 lost/);
  });

  it('of no fault at all is one as well', () => {
    expect(summaryLines(summarize(7, [], 'interrupted'), false).at(-1)).toContain('0 faults, nothing lost');
  });
});

describe('a fault that was lost', () => {
  it('is told with its story and how to repeat it, and cannot command the terminal', () => {
    const lines = faultLines(results[2] as FaultResult, 'rolevm chaos --seed 9 --faults 1', false);
    expect(lines[0]).toMatch(/^ {3}3 {2}kill .*W_IN_0: x \(13\) {2}LOST$/);
    expect(lines.slice(1)).toEqual([
      '      not at rest within 1 s',
      '      again: rolevm chaos --seed 9 --faults 1',
      '      | told',
      '      | told again',
    ]);
  });
});
