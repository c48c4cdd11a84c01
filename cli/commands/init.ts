import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { UserError } from '../../contracts/diagnostic.ts';
import { commandName } from '../../control/command-name.ts';
import { shellQuote } from '../../control/shell-quote.ts';
import { type Cli, isJson, print, printJson } from '../cli.ts';
import { serviceTemplate } from '../service-template.ts';

const examples = `
Examples:
  rolevm init tally
  rolevm init && rolevm up

Writes one worker role: ServiceDefinition.csdef, a Local and a Cloud configuration, the role's module Worker/Worker.dll,
a startup task, a second version of the module to patch with, and rolevm.json, where single durations can be changed.`;

export function define(command: Command, cli: Cli): void {
  command
    .description('Writes a small working service, ready for rolevm up.')
    .argument('[folder]', 'where; without it the current folder')
    .addHelpText('after', examples)
    .action((folder = '.') => {
      const root = resolve(cli.cwd, folder);
      const files = writeService(root);
      if (isJson(command)) return printJson({ folder: root, files });
      const place = relative(cli.cwd, root);
      const rolevm = commandName(cli.packageRoot, cli.cwd);
      print([
        ...files.map((file) => `wrote ${join(place, file)}`),
        '',
        `Run it: ${rolevm} up${place === '' ? '' : ` ${shellQuote(place)}`}`,
      ]);
    });
}

/**
 * Writes the template; nothing at all when a file of it is already there.
 *
 * @returns the files, relative to the folder
 * @throws UserError RV6406 when files are in the way, RV6407 when the folder cannot be written
 */
function writeService(root: string): readonly string[] {
  const files = Object.entries(serviceTemplate(serviceNameFrom(basename(root))));
  const inTheWay = files.map(([name]) => name).filter((name) => existsSync(join(root, name)));
  if (inTheWay.length > 0) throw new UserError('RV6406', `${root} has ${inTheWay.join(', ')} already`, 'name an empty or a new folder');
  try {
    for (const [name, content] of files) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), content, { flag: 'wx' });
    }
  } catch (error) {
    throw new UserError('RV6407', `the service cannot be written: ${(error as Error).message}`, 'name a folder that can be written');
  }
  return files.map(([name]) => name);
}

/** A service's name from its folder's: letters and digits, beginning with a capital letter. */
function serviceNameFrom(folder: string): string {
  const words = folder.split(/[^a-z0-9]+/i).filter((word) => word !== '');
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return /^[A-Z]/.test(name) ? name.slice(0, 60) : `Service${name}`.slice(0, 60);
}
