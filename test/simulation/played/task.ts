import type { StartupTask } from '../../../bootstrapper/startup-task.machine.ts';
import type { Program } from '../child.ts';
import { taskCode } from '../troubles.ts';
import type { SimulatedVm } from '../vm.ts';
import type { World } from '../world.ts';

/**
 * The program of a startup task. It has no machine: it runs its time and may leave a detached child behind.
 *
 * @param job pid of the bootstrapper that starts it
 */
export function taskProgram(world: World, vm: SimulatedVm, { index, model }: StartupTask, job: number): Program<never, never> {
  const { ms, code, leavesDaemon } = taskCode(world.noise, model.taskType, vm.troubles.taskCode.shift());
  return {
    name: `${model.taskType} task ${index}`,
    bootMs: world.noise.between(5, 50),
    job,
    main: (process) => {
      if (leavesDaemon) world.start({ name: 'daemon', vm: vm.name, parent: process, job, bootMs: 0, main: () => {} });
      if (ms !== undefined) void process.work(ms, () => world.end(process, { code }, 'itself'));
    },
  };
}
