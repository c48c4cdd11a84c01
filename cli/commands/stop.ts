import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { type EventOptions, runEvent, withEventOptions } from '../event-command.ts';

const examples = `
Examples:
  rolevm stop
  rolevm stop -i Worker_IN_0 --wait     one instance alone, which Azure does not offer

rolevm start starts it again, with the role drive made anew from the package. rolevm down ends the emulator.`;

export function define(command: Command, cli: Cli): void {
  withEventOptions(
    command.description(
      'Stops the role as Stop of a deployment does: OnStop, then StoppedVM. Windows and the agents stay on; the emulator goes on.',
    ),
  )
    .addHelpText('after', examples)
    .action((options: EventOptions) => runEvent('stop', options, cli, command));
}
