import { UserError } from '../../contracts/diagnostic.ts';
import { randomOf } from '../../kernel/random.ts';
import { pickFault } from './faults/all.ts';
import { watchOwnFaults } from './own-faults.ts';
import { askAllTheTime, type Questions } from './questions.ts';
import { settle } from './settle.ts';
import { listen, type Story } from './story.ts';
import { summarize } from './summarize.ts';
import type { Target } from './target.ts';
import { type ChaosSummary, type FaultResult, LossError } from './types.ts';

export interface ChaosOptions {
  readonly seed: number;
  /** How many at most. */
  readonly faults: number;
  /** Real milliseconds after which no further fault is made. */
  readonly durationMs: number;
  /** Ends it after the fault under way, which is not judged any more. */
  readonly signal: AbortSignal;
  /** Hears of each fault when it is judged. */
  readonly onFault: (result: FaultResult) => void;
}

/**
 * Strikes a running deployment with one fault after the other, chosen by the seed; after each it has to come to rest.
 *
 * @throws UserError RV6701 when it is not at rest before the first fault: nothing could be learned then
 */
export async function runChaos(target: Target, { seed, faults, durationMs, signal, onFault }: ChaosOptions): Promise<ChaosSummary> {
  await settle(target, performance.now(), signal).catch(neverReady);
  const until = performance.now() + durationMs;
  const questions = askAllTheTime(target);
  const story = listen(target);
  const ownFault = watchOwnFaults(target.logsDirectory);
  const results: FaultResult[] = [];
  let ended: ChaosSummary['ended'];
  try {
    while (results.length < faults && performance.now() < until && ended === undefined) {
      const result = await oneFault(target, results.length, seed, { questions, story, ownFault, signal });
      if (result === 'interrupted') ended = 'interrupted';
      else {
        onFault(result);
        results.push(result);
        if (result.loss !== undefined && !(await isAtRest(target, signal))) ended = 'not at rest any more';
      }
    }
  } finally {
    story.close();
    await questions.close();
  }
  return summarize(seed, results, ended);
}

function neverReady(error: Error): never {
  if (!(error instanceof LossError)) throw error;
  throw new UserError(
    'RV6701',
    `before the first fault the deployment is ${error.message}`,
    'look at rolevm logs; mend it, or wait longer with --settle',
  );
}

interface Means {
  readonly questions: Questions;
  readonly story: Story;
  readonly ownFault: () => string | undefined;
  readonly signal: AbortSignal;
}

async function oneFault(
  target: Target,
  index: number,
  first: number,
  { questions, story, ownFault, signal }: Means,
): Promise<FaultResult | 'interrupted'> {
  // Each fault has a seed of its own: the last one of many can be repeated alone.
  const seed = first + index;
  const choose = randomOf(seed, 'chaos');
  const fault = pickFault(target, choose);
  const about = { number: index + 1, seed, kind: fault.kind };
  story.begin();
  let what = '';
  try {
    const struck = await fault.strike(target, choose);
    what = struck.what;
    const readyMs = await settle(target, struck.since, signal);
    if (readyMs === undefined) return 'interrupted';
    const complaint = questions.unanswered() ?? ownFault();
    if (complaint !== undefined) throw new LossError(complaint);
    return { ...about, what, readyMs };
  } catch (error) {
    if (signal.aborted) return 'interrupted';
    const text = error instanceof LossError ? error.message : `it could not be made: ${String(error)}`;
    const more = [questions.unanswered(), ownFault()].filter((complaint) => complaint !== undefined && complaint !== text);
    return { ...about, what, loss: { text: [text, ...more].join('; '), story: story.tail() } };
  }
}

/** After a loss the next fault says something only when everything is well again. */
async function isAtRest(target: Target, signal: AbortSignal): Promise<boolean> {
  try {
    return (await settle(target, performance.now(), signal)) !== undefined;
  } catch {
    return false;
  }
}
