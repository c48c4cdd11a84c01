import { fromCallback } from 'xstate';
import type { ServiceProgram } from '../../../agents/vm/registered-service.machine.ts';
import { runningServices } from '../../../agents/vm/running-services.ts';
import { describeExit, type ExitCause } from '../../../contracts/exit-cause.ts';
import { resolveTimings } from '../../../contracts/timings.ts';
import type { ProcessCommand, ProcessEvent } from '../../../kernel/process-logic.ts';
import { steppingClock } from '../../../kernel/stepping-clock.ts';

/** Registered services whose programs are played by the test; `trace` is what is told and done, one line each. */
export function playServices() {
  const clock = steppingClock();
  const trace: string[] = [];
  const faults: unknown[] = [];
  const exits = new Map<string, (cause: ExitCause) => void>();
  let pid = 0;
  const running = runningServices({
    process: fromCallback<ProcessCommand<never>, ServiceProgram>(({ input, sendBack, receive }) => {
      const send = sendBack as (event: ProcessEvent<never>) => void;
      if (input.binPath === 'missing') {
        queueMicrotask(() => send({ type: 'process.exited', cause: { kind: 'notStarted', detail: '"missing" was not found.' } }));
        return;
      }
      pid += 1;
      trace.push(`${input.name} runs ${input.binPath}`);
      exits.set(input.name, (cause) => send({ type: 'process.exited', cause }));
      receive((command) => {
        if (command.type !== 'process.kill') return;
        trace.push(`${command.signal} to ${input.name}`);
        const isDeaf = input.binPath === 'deaf' && command.signal === 'SIGTERM';
        if (!isDeaf) send({ type: 'process.exited', cause: { kind: command.cause, signal: command.signal ?? 'SIGKILL' } });
      });
      send({ type: 'process.started', process: { pid, startTicks: '1', startedAt: '' } });
      return () => trace.push(`${input.name} is let go`);
    }),
    tells: {
      running: ({ name }, process) => trace.push(`${name} running as ${process.pid}`),
      notStarted: ({ name }, detail) => trace.push(`${name} not started: ${detail}`),
      stopped: ({ name }, process, cause, wanted) =>
        trace.push(`${name} ${process?.pid} ${describeExit(cause)}${wanted ? '' : ', unasked'}`),
    },
    timings: resolveTimings(1),
    clock,
    fault: (error) => faults.push(error),
  });
  return {
    running,
    clock,
    trace,
    faults,
    /** A program ends by itself. */
    exits: (name: string, cause: ExitCause) => exits.get(name)?.(cause),
    taken: () => trace.splice(0),
  };
}

export const registered = (name: string, binPath = 'p', changes = {}) => ({
  name,
  displayName: name,
  binPath,
  start: 'demand' as const,
  createdAt: '',
  ...changes,
});
