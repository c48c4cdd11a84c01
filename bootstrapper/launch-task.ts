import type { VmDocument } from '../contracts/vm-document.ts';
import type { LaunchSpec } from '../kernel/start-process.ts';
import type { DriveLayout } from '../sandbox/drive-layout.ts';
import { launchProgram } from '../sandbox/programs/launch-program.ts';
import type { StartupTask } from './startup-task.machine.ts';

/** How a startup task's program is started: in the role's directory, with the environment of AB 5.4, its output kept in a file of its own. */
export function launchTask(vm: VmDocument, layout: DriveLayout): (task: StartupTask) => LaunchSpec {
  return (task) => {
    return launchProgram({
      commandLine: task.model.commandLine,
      vmRoot: layout.vmRoot,
      workingDirectory: task.workingDirectory,
      env: task.environment,
      outputFile: layout.taskOutput(task.index, task.model.commandLine).host,
      bundlesDirectory: vm.bundlesDirectory,
    });
  };
}
