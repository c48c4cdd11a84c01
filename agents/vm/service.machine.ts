import { assign, type PromiseActorLogic, sendParent, sendTo, setup } from 'xstate';
import type { ExitCause } from '../../contracts/exit-cause.ts';
import type { FromService, ToService } from '../../contracts/links.ts';
import type { ProcessName } from '../../contracts/process-names.ts';
import type { Timings } from '../../contracts/timings.ts';
import type { ProcessCommand, ProcessEvent, ProcessLogic } from '../../kernel/process-logic.ts';
import type { StartedProcess } from '../../kernel/start-process.ts';

/** One row of the service control manager's table. */
export interface ServiceSpec {
  readonly name: ProcessName;
  /** The service owns a job: when it ends, whatever is left of the job ends before it is started again (AB 1.2). */
  readonly ownsJob: boolean;
}

export type ServiceCommand = { readonly type: 'service.tell'; readonly message: ToService } | { readonly type: 'service.end' };

/** What a service tells its VM. */
export type ServiceEvent =
  | { readonly type: 'service.started'; readonly service: ProcessName; readonly process: StartedProcess }
  | { readonly type: 'service.message'; readonly service: ProcessName; readonly message: FromService }
  | {
      readonly type: 'service.exited';
      readonly service: ProcessName;
      readonly process: StartedProcess | undefined;
      readonly cause: ExitCause;
    }
  /** It has not ended: `stop` since it was told to, it is killed; `kill` since that, it is left to the end of the VM. */
  | {
      readonly type: 'service.overdue';
      readonly service: ProcessName;
      readonly process: StartedProcess | undefined;
      readonly after: 'stop' | 'kill';
    }
  | { readonly type: 'service.stopped'; readonly service: ProcessName };

export interface ServiceActors {
  readonly process: ProcessLogic<ToService, ServiceSpec>;
  /** Ends what is left of the job of a service that is gone. */
  readonly closeJob: PromiseActorLogic<void, ServiceSpec>;
}

interface ServiceContext {
  readonly spec: ServiceSpec;
  readonly timings: Timings;
  readonly process: StartedProcess | undefined;
}

/** One Windows service of the VM under its service control manager: started, watched, started again when it ends unasked (AB 1.2). */
export function serviceMachine(actors: ServiceActors) {
  return setup({
    types: {
      context: {} as ServiceContext,
      input: {} as { readonly spec: ServiceSpec; readonly timings: Timings },
      events: {} as ServiceCommand | ProcessEvent<FromService>,
    },
    actors: { ...actors },
    delays: { recovery: ({ context }) => context.timings.serviceRecoveryMs, stop: ({ context }) => context.timings.serviceStopMs },
    actions: {
      tellProcess: sendTo('process', (_, message: ToService): ProcessCommand<ToService> => ({ type: 'process.send', message })),
      expectExit: sendTo('process', (): ProcessCommand<ToService> => ({ type: 'process.expectExit' })),
      killProcess: sendTo('process', (): ProcessCommand<ToService> => ({ type: 'process.kill', cause: 'timedOut' })),
      report: sendParent((_, event: ServiceEvent) => event),
      tellExited: sendParent(
        ({ context }, cause: ExitCause): ServiceEvent => ({
          type: 'service.exited',
          service: context.spec.name,
          process: context.process,
          cause,
        }),
      ),
      tellOverdue: sendParent(
        ({ context }, after: 'stop' | 'kill'): ServiceEvent => ({
          type: 'service.overdue',
          service: context.spec.name,
          process: context.process,
          after,
        }),
      ),
    },
  }).createMachine({
    id: 'service',
    context: ({ input }) => ({ ...input, process: undefined }),
    initial: 'alive',
    states: {
      alive: {
        invoke: { id: 'process', src: 'process', input: ({ context }) => context.spec },
        initial: 'running',
        on: {
          'service.tell': { actions: { type: 'tellProcess', params: ({ event }) => event.message } },
          'process.message': {
            actions: {
              type: 'report',
              params: ({ context, event }) => ({ type: 'service.message', service: context.spec.name, message: event.message }),
            },
          },
          'process.started': {
            actions: [
              assign({ process: ({ event }) => event.process }),
              {
                type: 'report',
                params: ({ context, event }) => ({ type: 'service.started', service: context.spec.name, process: event.process }),
              },
            ],
          },
        },
        states: {
          running: {
            on: {
              'service.end': 'stopping',
              'process.exited': {
                target: '#service.closingJob',
                actions: { type: 'tellExited', params: ({ event }) => event.cause },
              },
            },
          },
          stopping: {
            entry: ['expectExit', { type: 'tellProcess', params: { type: 'service.stop' } }],
            after: { stop: { target: 'killing', actions: [{ type: 'tellOverdue', params: 'stop' }, 'killProcess'] } },
            on: {
              'process.exited': { target: '#service.stopped', actions: { type: 'tellExited', params: ({ event }) => event.cause } },
            },
          },
          // A kill takes milliseconds, unless the process waits for a device.
          killing: {
            after: { stop: { target: '#service.stopped', actions: { type: 'tellOverdue', params: 'kill' } } },
            on: {
              'process.exited': { target: '#service.stopped', actions: { type: 'tellExited', params: ({ event }) => event.cause } },
            },
          },
        },
      },
      closingJob: {
        always: { guard: ({ context }) => !context.spec.ownsJob, target: 'recovering' },
        invoke: { src: 'closeJob', input: ({ context }) => context.spec, onDone: 'recovering', onError: 'recovering' },
        on: { 'service.end': 'stopped' },
      },
      recovering: {
        after: { recovery: 'alive' },
        on: { 'service.end': 'stopped' },
      },
      stopped: {
        type: 'final',
        entry: { type: 'report', params: ({ context }) => ({ type: 'service.stopped', service: context.spec.name }) },
      },
    },
  });
}
