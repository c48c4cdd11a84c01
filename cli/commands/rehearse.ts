import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { UserError } from '../../contracts/diagnostic.ts';
import type { HotpatchMode } from '../../contracts/hotpatch-report.ts';
import { type Cli, instanceOption, option } from '../cli.ts';
import { parseSpeed } from '../speed.ts';

const examples = `
Examples:
  rolevm rehearse hotpatch --file patches/Worker/Worker.dll
  rolevm rehearse hotpatch --help`;

const hotpatchExamples = `
Examples:
  rolevm rehearse hotpatch --file patches/Worker/Worker.dll        on what runs here, else on a deployment of its own
  rolevm rehearse hotpatch . --file fix.dll --mode debugger        break into the guest agent first
  rolevm rehearse hotpatch . --file fix.dll --speed 60 --junit hotpatch.xml
  rolevm rehearse hotpatch --coach --file fix.dll                  you do the steps in another terminal

Copies the fix to C:, kills WaHostBootstrapper, waits for the role host to go, copies to the application drive, waits until
the guest agent has started the role again, and sees whether the new version runs. Patched is one instance: the first
in which the file belongs. Ends with 0 when the rehearsal has passed, with 1 when not, with 130 after Ctrl-C.
With --coach nothing is done for you: it watches, gives hints, and judges each step when the role is Ready again, or what it
has seen until then when you press Ctrl-C.`;

export interface RehearseHotpatchOptions {
  readonly file: string;
  readonly destination?: string;
  readonly role?: string;
  readonly instance?: string;
  readonly mode: HotpatchMode;
  readonly coach?: boolean;
  readonly quiet?: boolean;
  readonly junit?: string;
  readonly speed: number;
  readonly config?: string;
}

export function define(command: Command, cli: Cli): void {
  command.description('Rehearses what is done to a running role, and judges it.').addHelpText('after', examples);
  defineHotpatch(command.command('hotpatch').summary('patch a running role in the seven steps of a hot patch'), cli);
  command.action(() => command.outputHelp());
}

function defineHotpatch(command: Command, cli: Cli): void {
  command
    .description('Patches a running role in the seven steps of a hot patch, and ends with a verdict.')
    .argument('[service]', 'service folder, .csx folder or .cspkg file; without it what runs here')
    .addOption(option('--file <file>', 'the fix: a file of this machine', 'ROLEVM_FILE').makeOptionMandatory())
    .addOption(option('--destination <path>', 'drive path; without it the place is found by the name', 'ROLEVM_DESTINATION'))
    .addOption(option('--role <name>', 'the role that is patched', 'ROLEVM_ROLE'))
    .addOption(instanceOption('the instance that is patched; without it the first one'))
    .addOption(option('--mode <mode>', 'window or debugger', 'ROLEVM_MODE').argParser(parseMode).default('window'))
    .addOption(option('--coach', 'watch a person doing it, and judge each step', 'ROLEVM_COACH'))
    .addOption(option('-q, --quiet', 'no hints from the coach', 'ROLEVM_QUIET'))
    .addOption(option('--junit <file>', 'write the result as a JUnit report', 'ROLEVM_JUNIT'))
    .addOption(option('--speed <n>', 'speed of a deployment of its own', 'ROLEVM_SPEED').argParser(parseSpeed).default(1))
    .addOption(option('--config <name|file>', 'Local, Cloud or a .cscfg file, for a deployment of its own', 'ROLEVM_CONFIG'))
    .addHelpText('after', hotpatchExamples)
    .action(async (service: string | undefined, options: RehearseHotpatchOptions) => {
      const file = existingFile(resolve(cli.cwd, options.file));
      const { rehearseHotpatch } = await import('../rehearse-hotpatch.ts');
      cli.exitCode = await rehearseHotpatch(service, { ...options, file }, cli, command);
    });
}

function existingFile(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) return path;
  throw new UserError('RV6403', `there is no file ${path}`, 'name the file that is the fix with --file');
}

function parseMode(text: string): HotpatchMode {
  if (text === 'window' || text === 'debugger') return text;
  throw new InvalidArgumentError('There are: window, debugger.');
}
