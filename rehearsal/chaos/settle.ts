import { restlessness } from './rest.ts';
import type { Target } from './target.ts';
import { LossError } from './types.ts';

const lookAgainMs = 50;

/**
 * Waits until a deployment is at rest and stays there.
 *
 * @param since moment of the last blow, as `performance.now()`
 * @param ended when it is aborted, nothing is judged any more
 * @returns real milliseconds from the blow to rest; undefined when it was not waited for
 * @throws LossError naming what was not at rest
 */
export async function settle(target: Target, since: number, ended: AbortSignal): Promise<number | undefined> {
  const deadline = performance.now() + target.settleMs;
  let restSince: number | undefined;
  while (!ended.aborted) {
    const looked = performance.now();
    const unrest = await restlessness(target).catch((error: Error) => error.message);
    if (unrest === undefined) {
      restSince ??= looked;
      if (performance.now() - restSince >= target.quietMs) return Math.max(0, restSince - since);
    } else {
      restSince = undefined;
      if (looked > deadline) throw new LossError(`not at rest within ${(target.settleMs / 1_000).toFixed(0)} s: ${unrest}`);
    }
    await target.wait(lookAgainMs);
  }
  return undefined;
}
