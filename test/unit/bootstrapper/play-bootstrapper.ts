import { createActor, fromCallback, fromPromise } from 'xstate';
import { bootstrapperMachine } from '../../../bootstrapper/bootstrapper.machine.ts';
import type { Role } from '../../../bootstrapper/read-role.ts';
import type { StartupTask } from '../../../bootstrapper/startup-task.machine.ts';
import { describeExit, type ExitCause } from '../../../contracts/exit-cause.ts';
import type { BootstrapperOutcome, FromHost, ToHost } from '../../../contracts/links.ts';
import type { TaskType } from '../../../contracts/role-model.ts';
import { resolveTimings } from '../../../contracts/timings.ts';
import type { ProcessCommand, ProcessEvent } from '../../../kernel/process-logic.ts';
import { steppingClock } from '../../../kernel/stepping-clock.ts';

/** A role with one startup task of each of these types, called `t0`, `t1` and so on. */
export function roleOf(...types: readonly TaskType[]): Role {
  return {
    tasks: types.map((taskType, index) => ({
      index,
      model: { commandLine: `t${index}`, executionContext: 'limited', taskType, relativePath: 'approot\\', environment: [] },
      workingDirectory: 'E:\\approot',
      environment: {},
    })),
    host: 'WaWorkerHost',
    hostContext: 'limited',
    entryPoint: { kind: 'NetFxEntryPoint', file: '/vm/E/approot/WorkerRole1.dll' },
    hostEnvironment: {},
    sdkVersion: '2.9',
  };
}

type Child = { readonly send: (event: ProcessEvent<FromHost>) => void; readonly commands: ProcessCommand<ToHost>[] };

/** A bootstrapper whose tasks and host are played by the test; `trace` is what it tells, one line each. */
export function playBootstrapper(readRole: () => Promise<Role>) {
  const clock = steppingClock();
  const trace: string[] = [];
  const outcomes: BootstrapperOutcome[] = [];
  const tasks = new Map<number, (event: ProcessEvent<never>) => void>();
  const host: { current?: Child } = {};
  let pid = 0;
  const started = () => {
    pid += 1;
    return { type: 'process.started', process: { pid, startTicks: '1', startedAt: '' } } as const;
  };
  const machine = bootstrapperMachine(
    {
      readRole: fromPromise(readRole),
      taskProgram: fromCallback(({ input, sendBack }) => {
        const { index } = input as StartupTask;
        tasks.set(index, sendBack);
        sendBack(started());
      }),
      host: fromCallback(({ sendBack, receive }) => {
        const commands: ProcessCommand<ToHost>[] = [];
        receive((command) => commands.push(command));
        host.current = { send: sendBack, commands };
        sendBack(started());
      }),
    },
    {
      phase: (status, details) => trace.push(details === '' ? status : `${status}: ${details}`),
      taskStarted: (task) => trace.push(`${task.model.commandLine} started`),
      taskEnded: (task, cause) => trace.push(`${task.model.commandLine} ${describeExit(cause)}`),
      hostStarted: () => trace.push('host started'),
      hostEnded: (cause) => trace.push(`host ${describeExit(cause)}`),
      relay: (process) => trace.push(`relayed ${process.name}`),
      heartbeat: (n) => trace.push(`heartbeat ${n}`),
      waits: (what, tasks) => trace.push(['waits', what, ...tasks.map(({ model }) => model.commandLine)].join(' ')),
      outcome: (outcome) => outcomes.push(outcome),
    },
    resolveTimings(1),
  );
  const actor = createActor(machine, { clock });
  actor.start();
  const exitTask = (index: number, cause: ExitCause) => tasks.get(index)?.({ type: 'process.exited', cause });
  return {
    actor,
    clock,
    trace,
    outcomes,
    settle: () => new Promise<void>((resolve) => setImmediate(resolve)),
    /** Indexes of the tasks whose program was started, in order. */
    startedTasks: () => [...tasks.keys()],
    exitTask,
    taskDone: (index: number) => exitTask(index, { kind: 'exited', code: 0 }),
    hostSays: (message: FromHost) => host.current?.send({ type: 'process.message', message }),
    hostExits: (cause: ExitCause) => host.current?.send({ type: 'process.exited', cause }),
    toHost: () => host.current?.commands ?? [],
    stop: () => actor.send({ type: 'role.stop' }),
  };
}

export type PlayedBootstrapper = ReturnType<typeof playBootstrapper>;

/** One that has read this role. */
export async function withRole(...types: readonly TaskType[]): Promise<PlayedBootstrapper> {
  const played = playBootstrapper(async () => roleOf(...types));
  await played.settle();
  return played;
}
