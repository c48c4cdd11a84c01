import { type EventObject, fromCallback } from 'xstate';
import { processActor } from './process-actor.ts';
import type { ProcessCommand, ProcessLogic, ProcessLogicOptions } from './process-logic.ts';

/**
 * The same as `processLogic`, for a process that most of the time starts none: what starts processes is loaded when this is invoked, which
 * saves 7 ms and 1 MB until then.
 */
export function lateProcessLogic<Down extends object, Up, Input = undefined>(
  options: ProcessLogicOptions<Up, Input>,
): ProcessLogic<Down, Input> {
  return fromCallback<ProcessCommand<Down>, Input, EventObject>((scope) => {
    let early: ProcessCommand<Down>[] | undefined = [];
    let heed = (command: ProcessCommand<Down>) => {
      early?.push(command);
    };
    let stop = () => {
      early = undefined;
    };
    scope.receive((command) => heed(command));
    void import('./start-process.ts').then(({ startProcess }) => {
      if (early === undefined) return;
      const said = early;
      const receive = (listener: typeof heed) => {
        heed = listener;
      };
      stop = processActor(options, { input: scope.input, sendBack: scope.sendBack, receive }, startProcess);
      for (const command of said) heed(command);
    });
    return () => stop();
  });
}
