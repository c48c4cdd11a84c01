import { assign, sendTo, setup } from 'xstate';
import type { ExitCause } from '../../contracts/exit-cause.ts';
import type { Timings } from '../../contracts/timings.ts';
import type { ProcessCommand, ProcessEvent, ProcessLogic } from '../../kernel/process-logic.ts';
import type { StartedProcess } from '../../kernel/start-process.ts';

/** What a registered service starts: nothing else is known of it. */
export interface ServiceProgram {
  readonly name: string;
  readonly binPath: string;
}

export type RegisteredServiceCommand =
  /** As it is registered now: a change counts from the next start. */
  { readonly type: 'service.start'; readonly binPath: string } | { readonly type: 'service.stop' };

/** What becomes of a registered service. */
export interface RegisteredServiceTells {
  running(program: ServiceProgram, process: StartedProcess): void;
  /** Its program cannot be started; `detail` is one sentence. */
  notStarted(program: ServiceProgram, detail: string): void;
  /** @param wanted it was told to stop, or has stopped by itself with exit code 0 */
  stopped(program: ServiceProgram, process: StartedProcess | undefined, cause: ExitCause, wanted: boolean): void;
}

interface RegisteredServiceContext {
  readonly program: ServiceProgram;
  readonly timings: Timings;
  readonly process: StartedProcess | undefined;
  /** How it ended the last time, as Windows tells it. */
  readonly win32ExitCode: number;
  /** Why its program could not be started the last time, one sentence. */
  readonly failure: string | undefined;
}

/** ERROR_SERVICE_NEVER_STARTED, ERROR_PROCESS_ABORTED, ERROR_FILE_NOT_FOUND (W). */
export const exitCodes = { neverStarted: 1077, aborted: 1067, notFound: 2 } as const;

/**
 * A service that somebody has registered in the VM, as its service control manager holds it. Its program knows nothing of Windows, so it
 * runs as soon as its process has started; it is stopped by SIGTERM, and killed when its time is over. It is not started again when it
 * ends unasked: to a service without recovery actions Windows does nothing (W).
 */
export function registeredServiceMachine(process: ProcessLogic<never, ServiceProgram>, tells: RegisteredServiceTells) {
  return setup({
    types: {
      context: {} as RegisteredServiceContext,
      input: {} as { readonly program: ServiceProgram; readonly timings: Timings },
      events: {} as RegisteredServiceCommand | ProcessEvent<never>,
    },
    actors: { process },
    delays: { stop: ({ context }) => context.timings.serviceStopMs },
    guards: { endedInOrder: (_, { cause }: { cause: ExitCause }) => cause.kind === 'exited' && cause.code === 0 },
    actions: {
      signal: sendTo(
        'process',
        (_, signal: 'SIGTERM' | 'SIGKILL'): ProcessCommand<never> => ({
          type: 'process.kill',
          cause: signal === 'SIGTERM' ? 'asked' : 'timedOut',
          signal,
        }),
      ),
      exitedWith: assign({ win32ExitCode: (_, code: number) => code }),
      tellStopped: ({ context }, { cause, wanted }: { cause: ExitCause; wanted: boolean }) =>
        tells.stopped(context.program, context.process, cause, wanted),
    },
  }).createMachine({
    id: 'registeredService',
    context: ({ input }) => ({ ...input, process: undefined, win32ExitCode: exitCodes.neverStarted, failure: undefined }),
    initial: 'stopped',
    states: {
      stopped: {
        entry: assign({ process: undefined }),
        on: {
          'service.start': {
            target: 'alive',
            actions: assign({
              program: ({ context, event }) => ({ ...context.program, binPath: event.binPath }),
              win32ExitCode: 0,
              failure: undefined,
            }),
          },
        },
      },
      alive: {
        invoke: { id: 'process', src: 'process', input: ({ context }) => context.program },
        initial: 'starting',
        states: {
          starting: {
            on: {
              'process.started': {
                target: 'running',
                actions: [
                  assign({ process: ({ event }) => event.process }),
                  ({ context, event }) => tells.running(context.program, event.process),
                ],
              },
              'process.exited': {
                target: '#registeredService.stopped',
                actions: [
                  { type: 'exitedWith', params: exitCodes.notFound },
                  assign({ failure: ({ event }) => event.cause.detail ?? '' }),
                  ({ context, event }) => tells.notStarted(context.program, event.cause.detail ?? ''),
                ],
              },
            },
          },
          running: {
            on: {
              'service.stop': 'stopping',
              'process.exited': [
                {
                  guard: { type: 'endedInOrder', params: ({ event }) => event },
                  target: '#registeredService.stopped',
                  actions: { type: 'tellStopped', params: ({ event }) => ({ cause: event.cause, wanted: true }) },
                },
                {
                  target: '#registeredService.stopped',
                  actions: [
                    { type: 'exitedWith', params: exitCodes.aborted },
                    { type: 'tellStopped', params: ({ event }) => ({ cause: event.cause, wanted: false }) },
                  ],
                },
              ],
            },
          },
          stopping: {
            entry: { type: 'signal', params: 'SIGTERM' },
            after: { stop: { actions: { type: 'signal', params: 'SIGKILL' } } },
            on: {
              'process.exited': {
                target: '#registeredService.stopped',
                actions: { type: 'tellStopped', params: ({ event }) => ({ cause: event.cause, wanted: true }) },
              },
            },
          },
        },
      },
    },
  });
}
