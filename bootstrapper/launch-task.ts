import fs from 'node:fs';
import type { PluginAgentName } from '../contracts/process-names.ts';
import type { VmDocument } from '../contracts/vm-document.ts';
import { playedProcess } from '../kernel/process-spec.ts';
import type { LaunchSpec } from '../kernel/start-process.ts';
import { pluginAgentOf } from '../model/modules/plugin-programs.ts';
import type { DriveLayout } from '../sandbox/drive-layout.ts';
import { toHostPath } from '../sandbox/drive-path.ts';
import { launchProgram } from '../sandbox/programs/launch-program.ts';
import type { CommandLine } from '../sandbox/programs/parse-command-line.ts';
import type { ResolvedProgram } from '../sandbox/programs/resolve-program.ts';
import type { StartupTask } from './startup-task.machine.ts';

/** How a startup task's program is started: in the role's directory, with the environment of AB 5.4, its output kept in a file of its own. */
export function launchTask(vm: VmDocument, layout: DriveLayout): (task: StartupTask) => LaunchSpec {
  return (task) => {
    const agent = pluginAgentOf(task.model);
    return launchProgram({
      commandLine: task.model.commandLine,
      vmRoot: layout.vmRoot,
      workingDirectory: task.workingDirectory,
      env: task.environment,
      outputFile: layout.taskOutput(task.index, task.model.commandLine).host,
      bundlesDirectory: vm.bundlesDirectory,
      ...(agent === undefined ? {} : { resolve: (line: CommandLine) => pluginAgent(agent, line, task, vm, layout) }),
    });
  };
}

/** A plug-in's agent is played: a bundle on the role's drive under the name that Azure's program has there. */
function pluginAgent(name: PluginAgentName, line: CommandLine, task: StartupTask, vm: VmDocument, layout: DriveLayout): ResolvedProgram {
  const program = toHostPath(layout.vmRoot, `${task.workingDirectory}\\${withExtension(line.program)}`);
  if (!fs.existsSync(program)) throw new Error(`"${line.program}" was not found in ${task.workingDirectory} (0x80070002).`);
  const { file, args } = playedProcess({
    name,
    program,
    bundlesDirectory: vm.bundlesDirectory,
    codeCacheDirectory: vm.codeCacheDirectory,
    vmRoot: layout.vmRoot,
    env: task.environment,
    cwd: layout.roleRoot.host,
  });
  const cwd = toHostPath(layout.vmRoot, task.workingDirectory);
  return { file, args: [...args, line.program, task.model.taskType, ...line.arguments], cwd, reportsExitCode: false };
}

function withExtension(program: string): string {
  return /\.(exe|cmd)$/i.test(program) ? program : `${program}.exe`;
}
