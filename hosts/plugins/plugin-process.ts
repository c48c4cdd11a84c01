import { withoutExe } from '../../contracts/process-names.ts';
import type { VmDocument } from '../../contracts/vm-document.ts';
import { vmRootOfThisProcess } from '../../kernel/process-spec.ts';
import { type DriveLayout, driveLayout } from '../../sandbox/drive-layout.ts';
import { readVmDocument } from '../../sandbox/vm-document.ts';

/** The program of a plug-in's startup task, as the bootstrapper has started it. */
export interface PluginProcess {
  /** As Task Manager shows it: `DiagnosticsAgent`, `install.cmd`. */
  readonly name: string;
  readonly vm: VmDocument;
  readonly layout: DriveLayout;
  readonly taskType: string;
  /** It is the second of an agent's two tasks, which only waits until the first has initialised (AB 1.1). */
  readonly blocksStartup: boolean;
}

/** Takes the process's name and place from its arguments. To be called once, in the entry file. */
export function openPluginProcess(): PluginProcess {
  const vmRoot = vmRootOfThisProcess();
  const [program = '', taskType = '', ...rest] = process.argv.slice(3);
  const name = withoutExe(program.replace(/^.*[\\/]/, ''));
  process.title = name;
  const vm = readVmDocument(vmRoot);
  return {
    name,
    vm,
    layout: driveLayout(vmRoot, vm),
    taskType,
    blocksStartup: rest.some((argument) => argument.toLowerCase() === '/blockstartup'),
  };
}

/** Prints a line where what startup tasks print is kept. */
export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Lives on until it is ended, as the agents do that are background tasks. */
export function liveOn(): void {
  setInterval(() => {}, 2 ** 30);
}
