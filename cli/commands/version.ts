import { readFileSync } from 'node:fs';
import { arch, platform, release } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { type Cli, isJson, print, printJson } from '../cli.ts';

export function define(command: Command, cli: Cli): void {
  command
    .description('Shows the versions of rolevm, Node and the operating system, as a report of a fault needs them.')
    .addHelpText('after', '\nExamples:\n  rolevm version\n  rolevm version --json')
    .action(() => {
      const versions = { rolevm: versionOf(cli.packageRoot), node: process.version, system: `${platform()} ${release()} ${arch()}` };
      if (isJson(command)) printJson(versions);
      else print([`rolevm ${versions.rolevm}`, `Node ${versions.node}`, versions.system]);
    });
}

/** The version in rolevm's own package.json. */
function versionOf(packageRoot: string): string {
  const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string };
  return version;
}
