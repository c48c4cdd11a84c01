import { arch, platform, release } from 'node:os';
import type { Command } from 'commander';
import { type Cli, isJson, print, printJson } from '../cli.ts';
import { ownVersion } from '../own-version.ts';

export function define(command: Command, cli: Cli): void {
  command
    .description('Shows the versions of rolevm, Node and the operating system, as a report of a fault needs them.')
    .addHelpText('after', '\nExamples:\n  rolevm version\n  rolevm version --json')
    .action(() => {
      const versions = { rolevm: ownVersion(cli.packageRoot), node: process.version, system: `${platform()} ${release()} ${arch()}` };
      if (isJson(command)) printJson(versions);
      else print([`rolevm ${versions.rolevm}`, `Node ${versions.node}`, versions.system]);
    });
}
