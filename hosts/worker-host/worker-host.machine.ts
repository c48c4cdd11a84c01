import { assign, type PromiseActorLogic, setup, stateIn } from 'xstate';
import { describeExit, type ExitCause } from '../../contracts/exit-cause.ts';
import type { HostedEntryPoint, ToHost } from '../../contracts/links.ts';
import type { ProcessEvent, ProcessLogic } from '../../kernel/process-logic.ts';
import type { StartedProcess } from '../../kernel/start-process.ts';
import { exceptionText } from './exception-text.ts';

/** What ended the role's code: the phase it was in and what it said. */
export interface RoleFailure {
  readonly phase: 'load' | 'onStart' | 'onStartFalse' | 'run' | 'onStop' | 'program';
  readonly detail: string;
  /** Exit code of a program, 32 bit where a message carried it. */
  readonly code?: number;
}

export type WorkerHostEvent =
  | ToHost
  /** Role code threw where nobody caught it, at any time and place. */
  | { readonly type: 'role.threw'; readonly detail: string }
  | ProcessEvent<never>;

interface WorkerHostContext {
  readonly entryPoint?: HostedEntryPoint;
  readonly failure?: RoleFailure;
}

/** What the machine decides about but does not do. */
export interface WorkerHostActors {
  /** Loads the module and makes the entry point; rejects with the reason. */
  readonly load: PromiseActorLogic<void, { readonly file: string }>;
  /** @returns what OnStart returned */
  readonly onStart: PromiseActorLogic<boolean>;
  readonly run: PromiseActorLogic<void>;
  readonly onStop: PromiseActorLogic<void>;
  readonly program: ProcessLogic<never, { readonly commandLine: string; readonly cwd: string }>;
}

export interface WorkerHostTells {
  onStartBegins(): void;
  ready(): void;
  runReturned(): void;
  stopped(): void;
  failed(failure: RoleFailure): void;
  programStarted(process: StartedProcess): void;
  programEnded(cause: ExitCause): void;
}

/**
 * WaWorkerHost: loads the entry point and walks it through OnStart, Run and OnStop, or runs a program in its place (AB 3.2 phases
 * 5 to 9, AB 3.3). It ends when the role's code has ended; what that means for the role is decided above.
 */
export function workerHostMachine(actors: WorkerHostActors, tells: WorkerHostTells) {
  return setup({
    types: { context: {} as WorkerHostContext, events: {} as WorkerHostEvent },
    actors: { ...actors },
    guards: { stopAwaited: stateIn('#WaWorkerHost.entryPoint.onStart.stopAwaited') },
    actions: {
      tellOnStart: () => tells.onStartBegins(),
      tellReady: () => tells.ready(),
      tellRunReturned: () => tells.runReturned(),
      tellStopped: () => tells.stopped(),
      tellFailed: ({ context }) => {
        if (context.failure !== undefined) tells.failed(context.failure);
      },
      noteFailure: assign((_, failure: RoleFailure) => ({ failure })),
    },
  }).createMachine({
    id: 'WaWorkerHost',
    initial: 'waiting',
    context: {},
    on: {
      'role.threw': {
        target: '.failed',
        actions: { type: 'noteFailure', params: ({ event }) => ({ phase: 'run', detail: event.detail }) },
      },
    },
    states: {
      waiting: {
        on: {
          'host.start': [
            {
              guard: ({ event }) => event.entryPoint.kind === 'NetFxEntryPoint',
              target: 'entryPoint',
              actions: assign({ entryPoint: ({ event }) => event.entryPoint }),
            },
            { target: 'program', actions: assign({ entryPoint: ({ event }) => event.entryPoint }) },
          ],
          'role.stop': 'stopped',
        },
      },
      entryPoint: {
        initial: 'loading',
        states: {
          loading: {
            invoke: {
              src: 'load',
              input: ({ context }) => ({ file: context.entryPoint?.kind === 'NetFxEntryPoint' ? context.entryPoint.file : '' }),
              onDone: 'onStart',
              onError: {
                target: '#WaWorkerHost.failed',
                actions: { type: 'noteFailure', params: ({ event }) => ({ phase: 'load', detail: messageOf(event.error) }) },
              },
            },
            on: { 'role.stop': '#WaWorkerHost.stopped' },
          },
          onStart: {
            entry: 'tellOnStart',
            initial: 'undisturbed',
            invoke: {
              src: 'onStart',
              onDone: [
                { guard: 'stopAwaited', target: 'stopping' },
                { guard: ({ event }) => event.output, target: 'running' },
                // AB 3.3: the host ends at once, neither Stopping nor OnStop is raised.
                {
                  target: '#WaWorkerHost.failed',
                  actions: { type: 'noteFailure', params: { phase: 'onStartFalse', detail: 'OnStart returned false.' } },
                },
              ],
              onError: {
                target: '#WaWorkerHost.failed',
                actions: { type: 'noteFailure', params: ({ event }) => ({ phase: 'onStart', detail: exceptionText(event.error) }) },
              },
            },
            states: {
              undisturbed: { on: { 'role.stop': 'stopAwaited' } },
              // Stopped while it starts: OnStop runs when OnStart is through.
              stopAwaited: {},
            },
          },
          // AB K10: Ready is reported before Run is called.
          running: {
            entry: 'tellReady',
            invoke: {
              src: 'run',
              onDone: { target: 'stopping', actions: 'tellRunReturned' },
              onError: {
                target: '#WaWorkerHost.failed',
                actions: { type: 'noteFailure', params: ({ event }) => ({ phase: 'run', detail: exceptionText(event.error) }) },
              },
            },
            on: { 'role.stop': 'stopping' },
          },
          stopping: {
            invoke: {
              src: 'onStop',
              onDone: '#WaWorkerHost.stopped',
              onError: {
                target: '#WaWorkerHost.failed',
                actions: { type: 'noteFailure', params: ({ event }) => ({ phase: 'onStop', detail: exceptionText(event.error) }) },
              },
            },
          },
        },
      },
      program: {
        initial: 'starting',
        invoke: {
          id: 'program',
          src: 'program',
          input: ({ context }) => (context.entryPoint?.kind === 'ProgramEntryPoint' ? context.entryPoint : { commandLine: '', cwd: '' }),
        },
        on: {
          'process.exited': {
            target: 'failed',
            actions: [
              ({ event }) => tells.programEnded(event.cause),
              { type: 'noteFailure', params: ({ event }) => programFailure(event.cause) },
            ],
          },
          // A program has no OnStop; it ends with the job.
          'role.stop': 'stopped',
        },
        states: {
          starting: {
            on: { 'process.started': { target: 'running', actions: ({ event }) => tells.programStarted(event.process) } },
          },
          running: { entry: 'tellReady' },
        },
      },
      stopped: { type: 'final', entry: 'tellStopped' },
      failed: { type: 'final', entry: 'tellFailed' },
    },
  });
}

/** The end of the program is the end of the role, whatever its exit code (D-worker). */
function programFailure(cause: ExitCause): RoleFailure {
  if (cause.code !== undefined) return { phase: 'program', code: cause.code, detail: `Exited with error code ${cause.code}.` };
  return {
    phase: 'program',
    detail: cause.kind === 'notStarted' ? (cause.detail ?? 'The program could not be started.') : `Program ${describeExit(cause)}.`,
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
