import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { type EventOptions, runEvent, withEventOptions } from '../event-command.ts';

const examples = `
Examples:
  rolevm plan reimage                     what it would take away
  rolevm reimage -i Worker_IN_0 --wait    until it is Ready again

Returns when it has begun. What a startup task has installed on D: is gone; markers on C: are not.`;

export function define(command: Command, cli: Cli): void {
  withEventOptions(
    command.description(
      'Reimages instances as the portal does: OnStop, Windows shuts down, D: and the role drive are made anew, the role starts. C: stays.',
    ),
  )
    .addHelpText('after', examples)
    .action((options: EventOptions) => runEvent('reimage', options, cli, command));
}
