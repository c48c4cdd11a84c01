import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { type EventOptions, runEvent, withEventOptions } from '../event-command.ts';

const examples = `
Examples:
  rolevm start --wait
  rolevm start -i Worker_IN_0

Returns when it has begun.`;

export function define(command: Command, cli: Cli): void {
  withEventOptions(
    command.description('Starts what was stopped: the role drive is made anew from the package, then the role starts. C: and D: stay.'),
  )
    .addHelpText('after', examples)
    .action((options: EventOptions) => runEvent('start', options, cli, command));
}
