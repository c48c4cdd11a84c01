import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { type EventOptions, runEvent, withEventOptions } from '../event-command.ts';

const examples = `
Examples:
  rolevm recycle
  rolevm recycle -i Worker_IN_0 && rolevm wait Ready -i Worker_IN_0

Returns when the roles have begun to stop, so that a wait for Ready means the next start.`;

export function define(command: Command, cli: Cli): void {
  withEventOptions(
    command.description(
      'Recycles roles in order, as RoleEnvironment.RequestRecycle does: OnStop, then startup tasks and OnStart again. The VM stays on.',
    ),
  )
    .addHelpText('after', examples)
    .action((options: EventOptions) => runEvent('recycle', options, cli, command));
}
