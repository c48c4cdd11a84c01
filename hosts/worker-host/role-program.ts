import type { HostedEntryPoint } from '../../contracts/links.ts';
import type { VmDocument } from '../../contracts/vm-document.ts';
import type { LaunchSpec } from '../../kernel/start-process.ts';
import type { DriveLayout } from '../../sandbox/drive-layout.ts';
import { imageName } from '../../sandbox/programs/image-name.ts';
import { launchProgram } from '../../sandbox/programs/launch-program.ts';

/** How the program of a ProgramEntryPoint is started: with the role host's own environment, its output beside the host's. */
export function launchRoleProgram(
  vm: VmDocument,
  layout: DriveLayout,
): (input: { readonly commandLine: string; readonly cwd: string }) => LaunchSpec {
  return ({ commandLine, cwd }) => ({
    ...launchProgram({
      commandLine,
      vmRoot: layout.vmRoot,
      workingDirectory: cwd,
      env: definedOnly(process.env),
      outputFile: layout.hostOutput('WaWorkerHost').host,
      bundlesDirectory: vm.bundlesDirectory,
    }),
  });
}

/** `node` of `node server.js`: the image name that Task Manager would show. */
export function programName(entryPoint: HostedEntryPoint | undefined): string {
  return entryPoint?.kind === 'ProgramEntryPoint' ? imageName(entryPoint.commandLine) : 'program';
}

/** Without what Node adds for its own message channel. */
function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined || name.startsWith('NODE_CHANNEL_') ? [] : [[name, value]])),
  );
}
