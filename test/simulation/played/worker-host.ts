import { fromPromise } from 'xstate';
import type { ExitCause } from '../../../contracts/exit-cause.ts';
import { type FromHost, type ToHost, toHost } from '../../../contracts/links.ts';
import { type WorkerHostActors, type WorkerHostTells, workerHostMachine } from '../../../hosts/worker-host/worker-host.machine.ts';
import type { StartedProcess } from '../../../kernel/start-process.ts';
import { type Program, simulatedChild } from '../child.ts';
import { act, actingPart, builtOnce } from '../part.ts';
import type { SimulatedProcess } from '../process.ts';
import { type RoleCode, roleCode } from '../troubles.ts';
import type { SimulatedVm } from '../vm.ts';
import type { World } from '../world.ts';
import { exitWhenTold, runMachine, tellStates } from './run-machine.ts';

const machineOf = builtOnce(workerHostMachine);

/** @param job pid of the bootstrapper that starts it */
export function workerHostProgram(world: World, vm: SimulatedVm, job: number): Program<ToHost, FromHost> {
  let hear = (_: ToHost) => {};
  const code = roleCode(world.noise, vm.troubles.roleCode.shift());
  return {
    name: 'WaWorkerHost',
    bootMs: world.noise.between(20, 200),
    job,
    accepts: toHost,
    main: (process, link) => {
      process.doomed = code.run !== 'blocks';
      process.slowToStop = code.onStopMs > world.timings.onStopMs || code.exitMs > world.timings.hostExitMs;
      const actors: WorkerHostActors = {
        ...codeActors(process, code, (detail) => actor.send({ type: 'role.threw', detail })),
        program: simulatedChild<never, never, { readonly commandLine: string; readonly cwd: string }>({
          world,
          vm,
          owner: process,
          whenStopped: 'leave',
          program: () => serverProgram(world, code, job),
        }),
      };
      const tells = hostTells(process, link.send);
      const actor = runMachine({
        world,
        process,
        machine: machineOf(actors, tells),
        actors,
        tells,
        entered: tellStates(world, process, link.send),
        complete: (): void =>
          actor.getSnapshot().matches('stopped') ? exitWhenTold(world, process, 0, code.exitMs) : exitWhenTold(world, process, 1),
      });
      hear = (message) => actor.send(message);
    },
    receive: (message) => hear(message),
  };
}

function codeActors(process: SimulatedProcess, code: RoleCode, threw: (detail: string) => void) {
  process.misbehave = () => threw('let go of by role code');
  return {
    load: fromPromise<void, { readonly file: string }>(() =>
      process.work(code.loadMs, () => throwIf(code.load === 'throws', 'Cannot find module')),
    ),
    onStart: fromPromise(() =>
      process.work(code.onStartMs, () => {
        throwIf(code.onStart === 'throws', 'OnStart has thrown');
        return code.onStart === 'true';
      }),
    ),
    run: fromPromise<void>(
      () =>
        new Promise((resolve, reject) => {
          process.called.run = true;
          const part = actingPart();
          process.misbehave = (how) => {
            act(part);
            if (how === 'returns') resolve();
            else if (how === 'throws') reject(new Error('Run has thrown'));
            else threw('let go of by role code');
          };
          if (code.run !== 'blocks') void process.work(code.runMs, () => process.misbehave(code.run));
        }),
    ),
    onStop: fromPromise(() => {
      process.called.onStop = true;
      return process.work(code.onStopMs, () => throwIf(code.onStop === 'throws', 'OnStop has thrown'));
    }),
  };
}

/** What the host's story tells its bootstrapper; its logs are left out. */
function hostTells(process: SimulatedProcess, send: (message: FromHost) => void): WorkerHostTells {
  let program: StartedProcess | undefined;
  const reportProgram = (started: StartedProcess, state: string, ended?: ExitCause) =>
    send({ type: 'process', process: { name: 'node', kind: 'program', ...started, ppid: process.pid, state, ...(ended && { ended }) } });
  return {
    onStartBegins: () => send({ type: 'host.onStart' }),
    ready: () => send({ type: 'host.ready' }),
    runReturned: () => send({ type: 'host.runReturned' }),
    stopped: () => send({ type: 'host.stopped' }),
    failed: (failure) => send({ type: 'host.failed', ...failure }),
    programStarted: (started) => {
      program = started;
      reportProgram(started, 'running');
    },
    programEnded: (cause) => {
      if (program !== undefined) reportProgram(program, 'ended', cause);
    },
  };
}

/** The program of a ProgramEntryPoint; its end is the end of the role. */
function serverProgram(world: World, code: RoleCode, job: number): Program<never, never> {
  return {
    name: 'program',
    bootMs: 0,
    job,
    main: (process) => {
      process.doomed = code.run !== 'blocks';
      process.misbehave = (how) => world.end(process, { code: how === 'returns' ? 0 : 1 }, 'itself');
      if (code.run !== 'blocks') void process.work(code.runMs, () => process.misbehave(code.run));
    },
  };
}

function throwIf(condition: boolean, text: string): void {
  if (condition) throw new Error(text);
}
