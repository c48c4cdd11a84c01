import { fromPromise } from 'xstate';
import { bootstrapperMachine } from '../../../bootstrapper/bootstrapper.machine.ts';
import type { BootstrapperActors, BootstrapperTells } from '../../../bootstrapper/bootstrapper.words.ts';
import type { Role } from '../../../bootstrapper/read-role.ts';
import type { StartupTask } from '../../../bootstrapper/startup-task.machine.ts';
import { bootstrapperStory } from '../../../bootstrapper/story.ts';
import {
  type FromBootstrapper,
  type FromHost,
  fromHost,
  type ToBootstrapper,
  type ToHost,
  toBootstrapper,
} from '../../../contracts/links.ts';
import type { DriveLayout } from '../../../sandbox/drive-layout.ts';
import { type Program, simulatedChild } from '../child.ts';
import { builtOnce } from '../part.ts';
import type { SimulatedVm } from '../vm.ts';
import type { World } from '../world.ts';
import { silentEvents, silentLog } from './logs.ts';
import { exitWhenTold, runMachine, tellStates } from './run-machine.ts';
import { taskProgram } from './task.ts';
import { workerHostProgram } from './worker-host.ts';

const nowhere = () => ({ drive: '', host: '' });
const layout = {
  base: { drive: 'E:\\base\\x64' },
  approot: { drive: 'E:\\approot' },
  hostOutput: nowhere,
  taskOutput: nowhere,
} as unknown as DriveLayout;

const machineOf = builtOnce((actors: BootstrapperActors, tells: BootstrapperTells, timings) => bootstrapperMachine(actors, tells, timings));

export function bootstrapperProgram(world: World, vm: SimulatedVm): Program<ToBootstrapper, FromBootstrapper> {
  let hear = (_: ToBootstrapper) => {};
  return {
    name: 'WaHostBootstrapper',
    bootMs: world.noise.between(20, 200),
    job: 'own',
    accepts: toBootstrapper,
    main: (process, link) => {
      const story = bootstrapperStory({
        timings: world.timings,
        layout,
        log: silentLog,
        events: silentEvents,
        link: { ...link, drain: (then) => then() },
      });
      const actors: BootstrapperActors = {
        readRole: fromPromise(() => process.work(world.noise.between(0, 5), () => story.openRole(readRole(vm)))),
        taskProgram: simulatedChild<never, never, StartupTask>({
          world,
          vm,
          owner: process,
          whenStopped: 'leave',
          program: (task) => taskProgram(world, vm, task, process.pid),
        }),
        host: simulatedChild<ToHost, FromHost, Role>({
          world,
          vm,
          owner: process,
          accepts: fromHost,
          whenStopped: 'leave',
          program: () => workerHostProgram(world, vm, process.pid),
        }),
      };
      const actor = runMachine({
        world,
        process,
        machine: machineOf(actors, story),
        actors,
        tells: story,
        entered: tellStates(world, process, link.send),
        complete: () => {
          const { kind } = actor.getSnapshot().context.outcome;
          exitWhenTold(world, process, kind === 'stopped' || kind === 'recycle' ? 0 : 1);
        },
      });
      hear = (message) => actor.send(message);
    },
    receive: (message) => hear(message),
  };
}

function readRole(vm: SimulatedVm): Role {
  if (vm.troubles.readRole > 0) {
    vm.troubles.readRole -= 1;
    throw new Error('RoleModel.xml: unexpected end of the document.');
  }
  return {
    tasks: vm.tasks.map((taskType, index) => ({
      index,
      model: { commandLine: `t${index}.cmd`, executionContext: 'limited', taskType, relativePath: 'approot\\', environment: [] },
      workingDirectory: 'E:\\approot',
      environment: {},
    })),
    host: 'WaWorkerHost',
    hostContext: 'limited',
    entryPoint:
      vm.entryPoint === 'NetFxEntryPoint'
        ? { kind: 'NetFxEntryPoint', file: 'E:\\approot\\WorkerRole1.dll' }
        : { kind: 'ProgramEntryPoint', commandLine: 'node server.js', cwd: 'E:\\approot' },
    hostEnvironment: {},
    sdkVersion: '2.9',
  };
}
