import { sendParent, setup } from 'xstate';
import type { ExitCause } from '../contracts/exit-cause.ts';
import type { TaskModel } from '../contracts/role-model.ts';
import type { ProcessEvent, ProcessLogic } from '../kernel/process-logic.ts';
import type { StartedProcess } from '../kernel/start-process.ts';

export interface StartupTask {
  /** Place in RoleModel.xml, from 0. */
  readonly index: number;
  readonly model: TaskModel;
  /** Drive path. */
  readonly workingDirectory: string;
  /** All of it: nothing else is inherited. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What a startup task tells the bootstrapper. */
export type TaskEvent =
  | { readonly type: 'task.started'; readonly task: StartupTask; readonly process: StartedProcess }
  | { readonly type: 'task.ended'; readonly task: StartupTask; readonly cause: ExitCause };

/**
 * One startup task: its program starts, runs and ends (AB 5.1). Whether anybody waits for it is the bootstrapper's business and
 * depends on the task's type; the task itself is the same for all three.
 */
export function startupTaskMachine(program: ProcessLogic<never, StartupTask>) {
  return setup({
    types: { context: {} as { readonly task: StartupTask }, input: {} as StartupTask, events: {} as ProcessEvent<never> },
    actors: { program },
    actions: {
      tellStarted: sendParent(({ context }, process: StartedProcess): TaskEvent => ({ type: 'task.started', task: context.task, process })),
      tellEnded: sendParent(({ context }, cause: ExitCause): TaskEvent => ({ type: 'task.ended', task: context.task, cause })),
    },
  }).createMachine({
    id: 'startupTask',
    context: ({ input }) => ({ task: input }),
    initial: 'alive',
    states: {
      alive: {
        invoke: { src: 'program', input: ({ context }) => context.task },
        initial: 'starting',
        on: {
          'process.exited': { target: 'ended', actions: { type: 'tellEnded', params: ({ event }) => event.cause } },
        },
        states: {
          starting: {
            on: { 'process.started': { target: 'running', actions: { type: 'tellStarted', params: ({ event }) => event.process } } },
          },
          running: {},
        },
      },
      ended: { type: 'final' },
    },
  });
}
