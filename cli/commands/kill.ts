import type { Command } from 'commander';
import { request } from '../../control/client.ts';
import { type Cli, emulatorOf, instanceOption, isJson, option, print, printJson } from '../cli.ts';

const examples = `
Examples:
  rolevm kill WaHostBootstrapper               the guest agent brings the role back
  rolevm kill WaWorkerHost -i Worker_IN_1      only in that instance
  rolevm kill 4711 --tree                      that process and everything below it

Names are taken as Task Manager shows them, in any case, with or without .exe. A kill is bound to the pid and its
start time: if that process has gone meanwhile, nothing else is hit.`;

interface KillOptions {
  readonly instance?: string;
  readonly tree?: boolean;
}

export function define(command: Command, cli: Cli): void {
  command
    .description('Ends a process of an instance at once, as "End task" in Task Manager does.')
    .argument('<target>', 'name of a process, or its pid')
    .addOption(instanceOption())
    .addOption(option('--tree', 'everything below it as well, as "End process tree"', 'ROLEVM_TREE'))
    .addHelpText('after', examples)
    .action(async (target: string, { instance, tree }: KillOptions) => {
      const body = { target, ...(instance === undefined ? {} : { instance }), ...(tree === undefined ? {} : { tree }) };
      const result = await request(emulatorOf(cli, command), 'POST /kill', body);
      if (isJson(command)) printJson(result);
      else print(result.killed.map((process) => `ended ${process.name}, pid ${process.pid}, of ${process.instance}`));
    });
}
