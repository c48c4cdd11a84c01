import { type CallbackActorLogic, type EventObject, fromCallback } from 'xstate';
import { safeParse } from 'zod/mini';
import type { $ZodType } from 'zod/v4/core';
import type { ExitCause } from '../contracts/exit-cause.ts';
import type { StartGate } from './start-gate.ts';
import { type LaunchSpec, type RunningProcess, type StartedProcess, startProcess } from './start-process.ts';

/** What a machine says to the process it has invoked. */
export type ProcessCommand<Down> =
  | { readonly type: 'process.send'; readonly message: Down }
  | { readonly type: 'process.kill'; readonly cause: ExitCause['kind'] }
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
  return fromCallback<ProcessCommand<Down>, Input, EventObject>(({ input, sendBack, receive }) => {
    let tell = (event: ProcessEvent<Up>) => sendBack(event);
    let running: RunningProcess | undefined;
    let leaveGate = () => {};
    const heed = (command: ProcessCommand<Down>) => {
      if (command.type === 'process.send') running?.send(command.message);
      else if (command.type === 'process.expectExit') running?.expectExit();
      else running?.kill('SIGKILL', command.cause);
    };
    // What it is told while it waits for its turn, it hears when it is started.
    let early: ProcessCommand<Down>[] | undefined = [];
    const start = () => {
      const said = early ?? [];
      early = undefined;
      running = tryToStart(options, input, (event) => {
        if (event.type !== 'process.started') leaveGate();
        tell(event);
      });
      for (const command of said) heed(command);
    };
    if (options.gate === undefined) start();
    else leaveGate = options.gate.enter(start);
    receive((command) => {
      if (early === undefined) heed(command);
      else if (command.type !== 'process.kill') early.push(command);
      else {
        // Now it never will be started.
        early = undefined;
        leaveGate();
        tell({ type: 'process.exited', cause: { kind: command.cause } });
      }
    });
    return () => {
      tell = () => {};
      leaveGate();
      if (options.whenStopped === 'kill') running?.kill('SIGKILL', 'asked');
    };
  });
}

function tryToStart<Up, Input>(
  options: ProcessLogicOptions<Up, Input>,
  input: Input,
  tell: (event: ProcessEvent<Up>) => void,
): RunningProcess | undefined {
  let spec: LaunchSpec;
  try {
    spec = options.launch(input);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    // Later, as a real exit would come: the machine has not finished the transition that invoked this.
    queueMicrotask(() => tell({ type: 'process.exited', cause: { kind: 'notStarted', detail } }));
    return undefined;
  }
  return startProcess(spec, {
    started: (process) => tell({ type: 'process.started', process }),
    message: (raw) => {
      const parsed = safeParse(options.accepts, raw);
      if (parsed.success) tell({ type: 'process.message', message: parsed.data });
    },
    exited: (cause) => tell({ type: 'process.exited', cause }),
  });
}
