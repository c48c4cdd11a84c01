import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { type EventOptions, runEvent, withEventOptions } from '../event-command.ts';

const examples = `
Examples:
  rolevm plan rebuild
  rolevm rebuild -i Worker_IN_0 --wait

Nothing of the VM survives but its name. Returns when it has begun.`;

export function define(command: Command, cli: Cli): void {
  withEventOptions(
    command.description('Rebuilds instances (Rebuild Role Instance, allLocalDrives): C:, D: and the role drive are made anew.'),
  )
    .addHelpText('after', examples)
    .action((options: EventOptions) => runEvent('rebuild', options, cli, command));
}
