import type { Command } from 'commander';
import { request } from '../../control/client.ts';
import { type Cli, emulatorOf, instanceOption, isJson, print, printJson } from '../cli.ts';

const examples = `
Examples:
  rolevm recycle
  rolevm recycle -i Worker_IN_0 && rolevm wait Ready -i Worker_IN_0`;

interface RecycleOptions {
  readonly instance?: string;
}

export function define(command: Command, cli: Cli): void {
  command
    .description(
      'Recycles roles in order, as RoleEnvironment.RequestRecycle does: OnStop, then startup tasks and OnStart again. The VM stays on.',
    )
    .addOption(instanceOption())
    .addHelpText('after', examples)
    .action(async ({ instance }: RecycleOptions) => {
      const { recycled } = await request(emulatorOf(cli, command), 'POST /recycle', instance === undefined ? {} : { instance });
      if (isJson(command)) printJson({ recycled });
      else print(recycled.map((name) => `${name} recycles`));
    });
}
