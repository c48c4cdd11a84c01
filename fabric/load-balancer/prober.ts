import { type CallbackActorLogic, fromCallback } from 'xstate';
import type { AzureClock } from '../../kernel/clock.ts';
import type { ProbeAnswer } from './ask-probe.ts';

/** The next answer is to be told even if it is the one that was told last. */
export interface ProberCommand {
  readonly type: 'prober.tellAgain';
}

export type ProberEvent =
  | { readonly type: 'probe.answered'; readonly answer: ProbeAnswer }
  /** Nothing within an interval. `askedAt` is ISO 8601; `silentMs` Azure milliseconds since the last answer, or since the first question. */
  | { readonly type: 'probe.unanswered'; readonly askedAt: string; readonly silentMs: number };

export interface ProberParts {
  /** What gives a question up aborts the signal. */
  readonly ask: (signal: AbortSignal) => Promise<ProbeAnswer>;
  readonly clock: AzureClock;
  /** Wall clock. */
  readonly now: () => Date;
  /** Azure milliseconds from question to question. */
  readonly intervalMs: number;
}

/**
 * Asks at once and then in the rhythm of its clock, whenever the answers come; one question at a time. Tells an answer that differs from
 * the last one: an idle emulator of ten instances would spend more on hearing the same again and again than on asking.
 */
export function prober({ ask, clock, now, intervalMs }: ProberParts): CallbackActorLogic<ProberCommand, undefined, ProberEvent> {
  return fromCallback(({ sendBack, receive }) => {
    const tell = sendBack as (event: ProberEvent) => void;
    let told: ProbeAnswer | 'unanswered' | undefined;
    let heardMs = clock.now();
    let open: { readonly question: AbortController; readonly askedAt: string } | undefined;
    let timer: unknown;

    const hear = (question: AbortController, answer: ProbeAnswer) => {
      if (open?.question !== question) return;
      open = undefined;
      heardMs = clock.now();
      if (answer === told) return;
      told = answer;
      tell({ type: 'probe.answered', answer });
    };
    const giveUp = () => {
      if (open === undefined) return;
      const { question, askedAt } = open;
      open = undefined;
      question.abort();
      if (told === 'unanswered') return;
      told = 'unanswered';
      tell({ type: 'probe.unanswered', askedAt, silentMs: clock.now() - heardMs });
    };
    const askNext = () => {
      giveUp();
      timer = clock.setTimeout(askNext, untilNextMs(clock.now(), intervalMs));
      const question = new AbortController();
      open = { question, askedAt: now().toISOString() };
      ask(question.signal).then(
        (answer) => hear(question, answer),
        () => hear(question, 'reset'),
      );
    };

    receive(() => {
      told = undefined;
    });
    askNext();
    return () => {
      clock.clearTimeout(timer);
      open?.question.abort();
      open = undefined;
    };
  });
}

/** All that share a clock ask in one go: to wake up for each of them takes longer than to ask. */
function untilNextMs(nowMs: number, intervalMs: number): number {
  const leftMs = intervalMs - (nowMs % intervalMs);
  // A timer of the system may come a moment early.
  return leftMs < intervalMs / 10 ? leftMs + intervalMs : leftMs;
}
