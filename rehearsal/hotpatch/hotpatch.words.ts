import { assign, type PromiseActorLogic, setup } from 'xstate';
import type { FeedItem } from '../../contracts/control-api.ts';
import type { HotpatchMode, HotpatchStep, HotpatchStepNumber } from '../../contracts/hotpatch-report.ts';
import type { HotpatchTimings } from './hotpatch-timings.ts';
import { notStarted, observeStart, type RoleStart } from './role-start.ts';

/** What the procedure does to the deployment. Each resolves when it is done and rejects with the reason. */
export interface HotpatchActors {
  readonly stage: PromiseActorLogic<string>;
  readonly breakIn: PromiseActorLogic<string>;
  /** Resolves when WaHostBootstrapper is gone. */
  readonly killBootstrapper: PromiseActorLogic<string>;
  /** Resolves when the old role host is gone. */
  readonly hostGone: PromiseActorLogic<string>;
  readonly killHost: PromiseActorLogic<string>;
  readonly copy: PromiseActorLogic<{ readonly text: string; readonly backup?: string }>;
  readonly detach: PromiseActorLogic<string>;
  /** Resolves with the version that the new host runs, or with what lies there when no host loads the file. */
  readonly readVersion: PromiseActorLogic<{ readonly text: string; readonly sha256?: string; readonly isFix: boolean }>;
}

export type HotpatchEvent =
  | { readonly type: 'feed.item'; readonly item: FeedItem }
  | { readonly type: 'feed.ended' }
  | { readonly type: 'interrupt' };

export interface HotpatchInput {
  readonly instance: string;
  readonly mode: HotpatchMode;
  readonly timings: HotpatchTimings;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Azure milliseconds since the rehearsal began. */
  readonly sinceBegin: () => number;
  /** Hears of each step when it is over. */
  readonly tell: (step: HotpatchStep) => void;
}

/** What the procedure leaves behind for the verdict. Moments are milliseconds since 1970. */
export interface HotpatchRun {
  readonly steps: readonly HotpatchStep[];
  readonly killedAt?: number;
  readonly hostGoneAt?: number;
  readonly byHand: boolean;
  readonly copiedAt?: number;
  readonly backup?: string;
  readonly start: RoleStart;
  /** sha256. */
  readonly running?: string;
  readonly interrupted: boolean;
  /** The emulator does not tell any more. */
  readonly feedEnded: boolean;
}

type Mark = Partial<
  Pick<HotpatchRun, 'killedAt' | 'hostGoneAt' | 'byHand' | 'copiedAt' | 'backup' | 'running' | 'interrupted' | 'feedEnded'>
>;

export function hotpatchWords(actors: HotpatchActors, { instance, timings, tell, sinceBegin }: HotpatchInput) {
  return setup({
    types: { context: {} as HotpatchRun, events: {} as HotpatchEvent, output: {} as HotpatchRun },
    actors: { ...actors },
    delays: { ...timings },
    guards: {
      bootstrapperStarted: ({ context }) => context.start.bootstrapper !== undefined,
      isReady: ({ context }) => context.start.readyAt !== undefined,
      nothingTold: ({ context }) => context.feedEnded,
      hasFailed: ({ context }) => context.start.failure !== undefined,
    },
    actions: {
      observe: assign(({ context }, item: FeedItem) => ({ start: observeStart(context.start, instance, item) })),
      mark: assign((_, mark: Mark) => mark),
      over: assign(({ context }, step: Omit<HotpatchStep, 'atMs'>) => {
        const over = { ...step, atMs: sinceBegin() };
        tell(over);
        return { steps: [...context.steps, over] };
      }),
    },
  });
}

export const freshRun: HotpatchRun = { steps: [], byHand: false, start: notStarted, interrupted: false, feedEnded: false };

/** The text of what an actor was rejected with. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function done(step: HotpatchStepNumber, text: string): Omit<HotpatchStep, 'atMs'> {
  return { step, outcome: 'done', text };
}

export function failed(step: HotpatchStepNumber, text: string): Omit<HotpatchStep, 'atMs'> {
  return { step, outcome: 'failed', text };
}

export function notNeeded(step: HotpatchStepNumber, text: string): Omit<HotpatchStep, 'atMs'> {
  return { step, outcome: 'not needed', text };
}

/** Enough of a hash to tell versions apart. */
export function shortHash(sha256: string | undefined): string {
  return sha256 === undefined ? 'unknown' : `sha256 ${sha256.slice(0, 16)}`;
}

/** A state whose deadline has passed: what was awaited from whom. */
export function late(step: HotpatchStepNumber, text: string) {
  return { target: 'ended', actions: { type: 'over', params: failed(step, text) } } as const;
}

/** A state whose work was refused, with the reason. */
export function refused(step: HotpatchStepNumber) {
  const params = ({ event }: { event: { error: unknown } }) => failed(step, reasonOf(event.error));
  return { target: 'ended', actions: { type: 'over', params } } as const;
}

export function failureText(failure: RoleStart['failure']): string {
  return `${failure?.state ?? ''}: ${failure?.details.split(/\r?\n/, 1)[0] ?? ''}`;
}
