import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { type EventOptions, runEvent, withEventOptions } from '../event-command.ts';

const examples = `
Examples:
  rolevm plan power-cycle
  rolevm power-cycle --wait

All instances on the node (NODE in rolevm status) lose their power. Returns when it has begun.`;

export function define(command: Command, cli: Cli): void {
  withEventOptions(
    command.description('Takes the power off the node and back: no Stopping, no OnStop; D: is made anew, C: and the role drive stay.'),
  )
    .addHelpText('after', examples)
    .action((options: EventOptions) => runEvent('power-cycle', options, cli, command));
}
