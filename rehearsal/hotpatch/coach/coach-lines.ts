import type { HotpatchCoachReport, HotpatchJudgement } from '../../../contracts/hotpatch-report.ts';
import { hotpatchSteps } from '../../../contracts/hotpatch-report.ts';
import { harmless, type Paint } from '../../../control/colour.ts';
import type { JunitCase, JunitSuite } from '../../junit.ts';
import { seconds } from '../seconds.ts';

const good: ReadonlySet<HotpatchJudgement['outcome']> = new Set(['done', 'in time'] as const);

/** The judgements for a person. */
export function coachLines({ judgements, passed }: HotpatchCoachReport, paint: Paint): readonly string[] {
  const words = judgements.map(outcomeText);
  const width = Math.max(...words.map((text) => text.length));
  return [
    '',
    passed ? paint('green', 'PASSED') : paint('red', 'FAILED'),
    ...judgements.map(({ step, outcome, text }, index) => {
      const colour = outcome === 'not needed' ? 'gray' : good.has(outcome) ? 'green' : 'red';
      return `  ${step} ${paint(colour, (words[index] ?? '').padEnd(width))}  ${harmless(text, false)}`;
    }),
  ];
}

function outcomeText({ outcome, byMs }: HotpatchJudgement): string {
  return byMs === undefined ? outcome : `${outcome} by ${seconds(byMs)}`;
}

/** The drill as a suite, a case for each step. */
export function coachSuite({ judgements, instance, startedAt }: HotpatchCoachReport): JunitSuite {
  const cases = judgements.map((judgement): JunitCase => {
    const { step, outcome, text } = judgement;
    return {
      name: `${step} ${hotpatchSteps[step - 1]}`,
      seconds: 0,
      outcome: outcome === 'not needed' ? 'skipped' : good.has(outcome) ? 'passed' : 'failed',
      message: `${outcomeText(judgement)}: ${text}`,
    };
  });
  return { name: `rolevm rehearse hotpatch ${instance} coach`, startedAt, cases };
}
