import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { type EventOptions, runEvent, withEventOptions } from '../event-command.ts';

const examples = `
Examples:
  rolevm plan migrate
  rolevm migrate -i Worker_IN_0 --wait

Nobody in the role is asked: no Stopping, no OnStop. What was wrong with the former node stays there. Returns when it has begun.`;

export function define(command: Command, cli: Cli): void {
  withEventOptions(
    command.description('Heals instances onto another node: the VM is deleted without goodbye and created anew, every drive with it.'),
  )
    .addHelpText('after', examples)
    .action((options: EventOptions) => runEvent('migrate', options, cli, command));
}
