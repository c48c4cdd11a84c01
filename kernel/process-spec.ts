import path from 'node:path';
import type { PluginAgentName, ProcessName } from '../contracts/process-names.ts';
import type { LaunchSpec } from './start-process.ts';

/** File name of a played process in the folder of bundles; on a drive of the VM it is called `<name>.exe`. */
export function bundleName(name: ProcessName | PluginAgentName): string {
  return `${name}.cjs`;
}

export interface PlayedProcess {
  readonly name: ProcessName | PluginAgentName;
  /** Host path of the program on its drive: a copy of the bundle, as Azure's executables lie on D: and E:. */
  readonly program: string;
  readonly bundlesDirectory: string;
  readonly codeCacheDirectory: string;
  /** Folder of the VM: its documents and drives. */
  readonly vmRoot: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Append descriptor for what it prints. */
  readonly output?: number;
  readonly release?: () => void;
  readonly detached?: boolean;
}

/** How a played process is started: as a Node process under its Azure name, through the code cache. */
export function playedProcess(played: PlayedProcess): LaunchSpec {
  return {
    file: process.execPath,
    // A debugger that breaks in later must not meet the fixed port of another process.
    args: [
      '--inspect-port=0',
      path.join(played.bundlesDirectory, 'boot.cjs'),
      `--cache=${played.codeCacheDirectory}`,
      played.program,
      played.vmRoot,
    ],
    argv0: played.name,
    env: played.env,
    cwd: played.cwd,
    ipc: true,
    ...(played.output === undefined ? {} : { stdout: played.output, stderr: played.output }),
    ...(played.release === undefined ? {} : { release: played.release }),
    ...(played.detached === undefined ? {} : { detached: played.detached }),
  };
}

/** The folder of the VM that this process plays in, from its arguments. */
export function vmRootOfThisProcess(): string {
  const vmRoot = process.argv[2];
  if (vmRoot === undefined) throw new Error(`${process.title} is started by rolevm, not by hand`);
  return vmRoot;
}
