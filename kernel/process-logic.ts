import { type CallbackActorLogic, type EventObject, fromCallback } from 'xstate';
import type { $ZodType } from 'zod/v4/core';
import type { ExitCause } from '../contracts/exit-cause.ts';
import { processActor } from './process-actor.ts';
import type { StartGate } from './start-gate.ts';
import { type LaunchSpec, type StartedProcess, startProcess } from './start-process.ts';

/** What a machine says to the process it has invoked. */
export type ProcessCommand<Down> =
  | { readonly type: 'process.send'; readonly message: Down }
  /** SIGKILL unless another signal is named. */
  | { readonly type: 'process.kill'; readonly cause: ExitCause['kind']; readonly signal?: NodeJS.Signals }
  | { readonly type: 'process.expectExit' };

/** What a machine hears of it. */
export type ProcessEvent<Up> =
  | { readonly type: 'process.started'; readonly process: StartedProcess }
  | { readonly type: 'process.message'; readonly message: Up }
  | { readonly type: 'process.exited'; readonly cause: ExitCause };

export type ProcessLogic<Down, Input = undefined> = CallbackActorLogic<ProcessCommand<Down>, Input, EventObject>;

export interface ProcessLogicOptions<Up, Input> {
  /** Decides how it is started; what it throws becomes the exit `notStarted`. */
  readonly launch: (input: Input) => LaunchSpec;
  /** Form of the messages that are accepted from the process; others are dropped. */
  readonly accepts: $ZodType<Up>;
  /** What becomes of the process when the actor is stopped: `kill` it, or `leave` it to its job. */
  readonly whenStopped: 'kill' | 'leave';
  /** Holds the start back while too many are under way; the place is given up at the first message. */
  readonly gate?: StartGate;
}

/** An operating-system process as an actor: invoked by a machine, it starts; the machine hears what becomes of it. */
export function processLogic<Down extends object, Up, Input = undefined>(
  options: ProcessLogicOptions<Up, Input>,
): ProcessLogic<Down, Input> {
  return fromCallback<ProcessCommand<Down>, Input, EventObject>((scope) => processActor(options, scope, startProcess));
}
