import { type Command, InvalidArgumentError } from 'commander';
import type { VmEventName } from '../../contracts/events.ts';
import { type Cli, option } from '../cli.ts';
import { type EventOptions, runEvent, withEventOptions } from '../event-command.ts';

/** What the platform updates by itself, about once a month (AB 10.5). */
const updates = { host: 'update-host', guest: 'update-guest', agent: 'update-agent' } as const satisfies Record<string, VmEventName>;

export const updateTargets = Object.keys(updates);

const examples = `
Examples:
  rolevm update host --wait               OnStop, Windows shuts down, Waiting for Host, the role drive made anew
  rolevm update guest -i Worker_IN_0      D: and the role drive are made anew from the next image
  rolevm update agent                     the role host stops, WaAppAgent replaces WindowsAzureGuestAgent, the role starts
  rolevm update agent --agent-version 2.7.41491.1004
  rolevm plan update-host                 what it would take away

The host is away for 17 minutes of Azure's time: see --speed of rolevm up. All instances on its node (NODE in rolevm status)
go down with it, and of a whole service one upgrade domain after the other: the next when this one is Ready again, or has had
thirty minutes. Returns when it has begun.`;

export function define(command: Command, cli: Cli): void {
  withEventOptions(command.description('Updates what the platform updates: the host OS, the guest OS, the guest agent.'))
    .addOption(
      option('--agent-version <version>', 'version that the guest agent becomes, the next one unless told', 'ROLEVM_AGENT_VERSION'),
    )
    .argument('<what>', updateTargets.join(', '), parseUpdate)
    .addHelpText('after', examples)
    .action((event: VmEventName, { agentVersion, ...options }: EventOptions) => {
      // The variable may stand there for another command; a flag is meant.
      const isMeant = event === 'update-agent' || command.getOptionValueSource('agentVersion') === 'cli';
      const version = isMeant && agentVersion !== undefined ? { agentVersion } : {};
      return runEvent(event, { ...options, ...version }, cli, command);
    });
}

function parseUpdate(text: string): VmEventName {
  const found = Object.entries(updates).find(([name]) => name === text.toLowerCase());
  if (found === undefined) throw new InvalidArgumentError(`There are: ${updateTargets.join(', ')}.`);
  return found[1];
}
