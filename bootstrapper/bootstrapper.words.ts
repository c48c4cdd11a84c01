import { type ActorRefFrom, assign, type PromiseActorLogic, sendTo, setup } from 'xstate';
import { describeExit, type ExitCause } from '../contracts/exit-cause.ts';
import type { BootstrapperOutcome, FromHost, ProcessReport, ToBootstrapper, ToHost } from '../contracts/links.ts';
import type { Timings } from '../contracts/timings.ts';
import type { ProcessCommand, ProcessEvent, ProcessLogic } from '../kernel/process-logic.ts';
import type { StartedProcess } from '../kernel/start-process.ts';
import { taskFailedText } from './details.ts';
import type { Role } from './read-role.ts';
import { type StartupTask, startupTaskMachine, type TaskEvent } from './startup-task.machine.ts';
import type { Awaited } from './wait-text.ts';

export type BootstrapperEvent = ToBootstrapper | ProcessEvent<FromHost> | TaskEvent;

type TaskActor = ActorRefFrom<ReturnType<typeof startupTaskMachine>>;

interface BootstrapperContext {
  readonly timings: Timings;
  readonly role?: Role;
  /** Index of the task to start next. */
  readonly next: number;
  /** Tasks that have not ended, by index. */
  readonly running: Readonly<Record<number, TaskActor>>;
  /** What the host said of its end before it ended. */
  readonly lastWords?: Extract<FromHost, { type: 'host.failed' }>;
  readonly outcome: BootstrapperOutcome;
}

/** What the machine decides about but does not do. */
export interface BootstrapperActors {
  readonly readRole: PromiseActorLogic<Role>;
  readonly taskProgram: ProcessLogic<never, StartupTask>;
  readonly host: ProcessLogic<ToHost, Role>;
}

/** What the world is told; each call leaves the machine where it is. */
export interface BootstrapperTells {
  phase(status: 'StartingRole' | 'BusyRole' | 'ReadyRole' | 'StoppingRole', details: string): void;
  taskStarted(task: StartupTask, process: StartedProcess): void;
  taskEnded(task: StartupTask, cause: ExitCause): void;
  hostStarted(process: StartedProcess): void;
  hostEnded(cause: ExitCause): void;
  relay(process: ProcessReport): void;
  heartbeat(n: number): void;
  /** @param tasks those that are awaited, where it is tasks */
  waits(what: Awaited, tasks: readonly StartupTask[]): void;
  outcome(outcome: BootstrapperOutcome): void;
}

/** The words that the bootstrapper's statechart is written in: its events, what it remembers, its delays, guards and actions. */
export function bootstrapperWords(actors: BootstrapperActors, tells: BootstrapperTells) {
  const task = startupTaskMachine(actors.taskProgram);
  return setup({
    types: { context: {} as BootstrapperContext, events: {} as BootstrapperEvent },
    actors: { readRole: actors.readRole, host: actors.host, task },
    delays: {
      onStop: ({ context }) => context.timings.onStopMs,
      hostExit: ({ context }) => context.timings.hostExitMs,
      longWait: ({ context }) => context.timings.longWaitMs,
    },
    guards: {
      noTaskLeft: ({ context }) => context.next >= (context.role?.tasks.length ?? 0),
      startedSimpleTask: ({ context }) => context.role?.tasks[context.next - 1]?.model.taskType === 'simple',
      isAwaitedTask: ({ context }, ended: StartupTask) => ended.index === context.next - 1,
      noForegroundTask: ({ context }) =>
        !Object.keys(context.running).some((index) => context.role?.tasks[Number(index)]?.model.taskType === 'foreground'),
    },
    actions: {
      tellHost: sendTo('host', (_, message: ToHost): ProcessCommand<ToHost> => ({ type: 'process.send', message })),
      killHost: sendTo('host', (): ProcessCommand<ToHost> => ({ type: 'process.kill', cause: 'timedOut' })),
      expectHostExit: sendTo('host', (): ProcessCommand<ToHost> => ({ type: 'process.expectExit' })),
      startNextTask: assign(({ context, spawn }) => {
        const input = context.role?.tasks[context.next];
        if (input === undefined) return {};
        const actor = spawn('task', { id: `task-${input.index}`, input });
        return { next: context.next + 1, running: { ...context.running, [input.index]: actor } };
      }),
      forgetTask: assign(({ context }, ended: StartupTask) => {
        const { [ended.index]: _, ...running } = context.running;
        return { running };
      }),
      tellWait: ({ context }, what: Awaited) => tells.waits(what, awaitedTasks(context, what)),
      end: assign((_, outcome: BootstrapperOutcome) => ({ outcome })),
    },
  });
}

function awaitedTasks({ role, next, running }: BootstrapperContext, what: Awaited): readonly StartupTask[] {
  const tasks = role?.tasks ?? [];
  if (what === 'task') return tasks.slice(next - 1, next);
  return what === 'foreground' ? tasks.filter(({ index, model }) => index in running && model.taskType === 'foreground') : [];
}

export function startMessage(role: Role | undefined): ToHost {
  if (role === undefined) throw new Error('a role host was started without a role');
  return { type: 'host.start', entryPoint: role.entryPoint };
}

export function taskOutcome(task: StartupTask, cause: ExitCause): BootstrapperOutcome {
  if (cause.kind === 'exited' && cause.code === 0) return { kind: 'internalError', details: '' };
  return { kind: 'taskFailed', details: taskFailedText(task, describeExit(cause)) };
}
