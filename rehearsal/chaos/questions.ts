import { chaosMs } from './chaos-timings.ts';
import type { Target } from './target.ts';

export interface Questions {
  /** What was not answered since the last call. */
  unanswered(): string | undefined;
  close(): Promise<void>;
}

/** Asks for status and processes again and again, as somebody does who watches; not while nobody can answer. */
export function askAllTheTime(target: Target): Questions {
  const over = new AbortController();
  let complaint: string | undefined;
  const loop = async () => {
    while (!over.signal.aborted) {
      for (const route of ['GET /status', 'GET /ps'] as const) complaint ??= await asked(target, route);
      await new Promise((resolve) => setTimeout(resolve, chaosMs.askAgain));
    }
  };
  const ended = loop();
  return {
    unanswered: () => {
      const found = complaint;
      complaint = undefined;
      return found;
    },
    close: () => {
      over.abort();
      return ended;
    },
  };
}

async function asked(target: Target, route: 'GET /status' | 'GET /ps'): Promise<string | undefined> {
  const before = target.absence();
  if (before.now) return undefined;
  const began = performance.now();
  const error = await target.ask(route).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const took = performance.now() - began;
  // It was away in the middle of the question.
  if (target.absence().times !== before.times) return undefined;
  if (error !== undefined) return `${route} was not answered: ${error instanceof Error ? error.message : String(error)}`;
  return took > chaosMs.answered ? `${route} was answered after ${(took / 1_000).toFixed(1)} s only` : undefined;
}
