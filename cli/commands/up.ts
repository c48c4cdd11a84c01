import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isatty } from 'node:tty';
import type { Command } from 'commander';
import type { EmulatorOptions } from '../../contracts/emulator-options.ts';
import { commandName } from '../../control/command-name.ts';
import { livingOwner, ownedBy } from '../../control/owner-lock.ts';
import { createStateDirectory, stateForService } from '../../control/state-directory.ts';
import { type Cli, globalsOf, isJson, option, print, printJson, surroundingsOf, wantsColour } from '../cli.ts';
import { findConfiguration } from '../find-configuration.ts';
import { findService } from '../find-service.ts';
import { parseSpeed } from '../speed.ts';
import { statusLines } from './status.ts';

const examples = `
Examples:
  rolevm up                          the service in this folder
  rolevm up build/Tally.cspkg        a package
  rolevm up --speed 60               an hour of Azure in a minute
  rolevm up --detach && rolevm wait Ready
  rolevm up --config Cloud           ServiceConfiguration.Cloud.cscfg

Runs until Ctrl-C, which stops everything in order; a second Ctrl-C ends it at once. What was deployed is kept:
the next rolevm up goes on with the same drives. A folder needs ServiceDefinition.csdef, a ServiceConfiguration
and one folder per role.`;

interface UpOptions {
  readonly detach?: boolean;
  readonly speed: number;
  readonly config?: string;
  readonly strictLocks?: boolean;
}

export function define(command: Command, cli: Cli): void {
  command
    .description('Runs a service: every role instance as a tree of processes over its own drives, with the fabric around it.')
    .argument('[service]', 'service folder, .csx folder or .cspkg file; without it the one here, or the one deployed before')
    .addOption(option('-d, --detach', 'run in the background; output goes to emulator.log', 'ROLEVM_DETACH'))
    .addOption(option('--speed <n>', 'how many times faster than Azure time passes', 'ROLEVM_SPEED').argParser(parseSpeed).default(1))
    .addOption(
      option('--strict-locks', 'undo a copy onto a file that a role host has loaded, as Windows refuses it', 'ROLEVM_STRICT_LOCKS'),
    )
    .addOption(option('--config <name|file>', 'Local, Cloud or a .cscfg file', 'ROLEVM_CONFIG'))
    .addHelpText('after', examples)
    .action(async (service: string | undefined, options: UpOptions) => {
      const decided = decide(service, options, cli, command);
      if (decided.detach) await upDetached(decided, cli, command);
      else {
        const { keepEmulator } = await import('../keep-emulator.ts');
        cli.exitCode = await keepEmulator(decided, cli.bundlesDirectory);
      }
    });
}

/** Everything that can be refused before a process is started. */
function decide(service: string | undefined, options: UpOptions, cli: Cli, command: Command): EmulatorOptions {
  const surroundings = surroundingsOf(cli, command);
  const servicePath = findService(service, surroundings);
  const configuration = options.config === undefined ? undefined : findConfiguration(options.config, cli.cwd);
  const { stateDirectory, logsDirectory } = stateForService(surroundings, servicePath);
  createStateDirectory(stateDirectory);
  const owner = livingOwner(stateDirectory);
  if (owner !== undefined) throw ownedBy(stateDirectory, owner);
  mkdirSync(logsDirectory, { recursive: true, mode: 0o700 });
  return {
    servicePath,
    ...(configuration === undefined ? {} : { configuration }),
    stateDirectory,
    logsDirectory,
    speed: options.speed,
    detach: options.detach === true,
    command: commandName(cli.packageRoot, cli.cwd),
    stateNamed: globalsOf(command).state !== undefined,
    colour: options.detach !== true && wantsColour(command),
    ...(options.strictLocks === true ? { strictLocks: true } : {}),
    json: isJson(command),
    interactive: options.detach !== true && isatty(0) && isatty(1),
  };
}

async function upDetached(options: EmulatorOptions, cli: Cli, command: Command): Promise<void> {
  const { startDetached } = await import('../../control/start-detached.ts');
  const status = await startDetached(options, join(cli.bundlesDirectory, 'rolevm.cjs'));
  if (isJson(command)) return printJson(status);
  const rolevm = commandName(cli.packageRoot, cli.cwd);
  print([
    ...statusLines(status, Date.now(), wantsColour(command)),
    '',
    `runs in the background with its output in ${join(options.logsDirectory, 'emulator.log')}`,
    `${rolevm} logs --follow shows what the roles do, ${rolevm} down stops it`,
  ]);
}
