import { type HotpatchReport, hotpatchSteps } from '../../contracts/hotpatch-report.ts';
import type { JunitCase, JunitSuite } from '../junit.ts';

/** The rehearsal as a suite: a case for each step, and one for the verdict. */
export function hotpatchSuite({ startedAt, steps, verdict, speed, instance, mode }: HotpatchReport): JunitSuite {
  let before = 0;
  const cases = steps.map(({ step, outcome, text, atMs = before }): JunitCase => {
    const seconds = (atMs - before) / speed / 1_000;
    before = atMs;
    const name = `${step} ${hotpatchSteps[step - 1]}`;
    return { name, seconds, outcome: outcome === 'done' ? 'passed' : outcome === 'failed' ? 'failed' : 'skipped', message: text };
  });
  const verdictCase: JunitCase = {
    name: 'Verdict',
    seconds: 0,
    outcome: verdict.passed ? 'passed' : 'failed',
    message: verdict.reasons.join('; ') || 'the fix runs',
    details: verdict.tasks.flatMap(({ lastLines = [] }) => lastLines),
  };
  return { name: `rolevm rehearse hotpatch ${instance} ${mode}`, startedAt, cases: [...cases, verdictCase] };
}
