import type { Command } from 'commander';
import { type Cli, option } from '../cli.ts';
import { type EventOptions, runEvent, withEventOptions } from '../event-command.ts';

const examples = `
Examples:
  rolevm reboot -i Worker_IN_0            as shutdown /r in the VM: no Stopping, no OnStop; every drive stays
  rolevm reboot --portal --wait           as Reboot Role Instance: OnStop first; the role drive is made anew
  rolevm plan portal-reboot               what it would take away

Returns when it has begun.`;

export function define(command: Command, cli: Cli): void {
  withEventOptions(command.description('Restarts Windows of the VM, from inside or as the portal does.'))
    .addOption(option('--portal', 'as the portal and the API do, not from inside', 'ROLEVM_PORTAL'))
    .addHelpText('after', examples)
    .action(({ portal, ...options }: EventOptions & { readonly portal?: boolean }) =>
      runEvent(portal === true ? 'portal-reboot' : 'reboot', options, cli, command),
    );
}
