import type { EventObject } from 'xstate';
import { safeParse } from 'zod/mini';
import type { ProcessCommand, ProcessEvent, ProcessLogicOptions } from './process-logic.ts';
import type { LaunchSpec, RunningProcess, startProcess } from './start-process.ts';

type StartProcess = typeof startProcess;

/** What an actor has of the machine that invoked it. */
export interface ActorScope<Down, Input> {
  readonly input: Input;
  readonly sendBack: (event: EventObject) => void;
  readonly receive: (listener: (command: ProcessCommand<Down>) => void) => void;
}

/**
 * The life of an actor that is a process.
 *
 * @param startProcess given, because what it needs is loaded late by some
 * @returns how to stop it
 */
export function processActor<Down extends object, Up, Input>(
  options: ProcessLogicOptions<Up, Input>,
  { input, sendBack, receive }: ActorScope<Down, Input>,
  startProcess: StartProcess,
): () => void {
  let tell = (event: ProcessEvent<Up>) => sendBack(event);
  let running: RunningProcess | undefined;
  let leaveGate = () => {};
  const heed = (command: ProcessCommand<Down>) => {
    if (command.type === 'process.send') running?.send(command.message);
    else if (command.type === 'process.expectExit') running?.expectExit();
    else running?.kill(command.signal ?? 'SIGKILL', command.cause);
  };
  // What it is told while it waits for its turn, it hears when it is started.
  let early: ProcessCommand<Down>[] | undefined = [];
  const start = () => {
    const said = early ?? [];
    early = undefined;
    running = tryToStart(options, input, startProcess, (event) => {
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
}

function tryToStart<Up, Input>(
  options: ProcessLogicOptions<Up, Input>,
  input: Input,
  startProcess: StartProcess,
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
