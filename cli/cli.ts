import { type Command, Option } from 'commander';
import type { StateFile } from '../contracts/control-api.ts';
import { type StatePlace, type Surroundings, stateForCommand } from '../control/state-directory.ts';
import { requireRunning } from '../control/state-file.ts';

/** Where this invocation runs: everything that a command takes from outside. */
export interface Cli {
  /** Folder of rolevm's own package.json. */
  readonly packageRoot: string;
  /** Folder of the bundles. */
  readonly bundlesDirectory: string;
  readonly cwd: string;
  /** Names of the commands, in the order of the help. */
  readonly commandNames: readonly string[];
  /** The command line as commander knows it; only the commands named are loaded with their options. */
  readonly program: (called: readonly string[] | 'all') => Promise<Command>;
  /** Set by a command that ends without an error but not with 0. */
  exitCode: number;
}

/** The flags that every command has. */
export interface Globals {
  readonly state?: string;
  readonly json?: boolean;
  readonly color: boolean;
}

/** A flag that is also an environment variable. */
export function option(flags: string, description: string, variable: string): Option {
  return new Option(flags, description).env(variable);
}

export function instanceOption(description = 'only this instance, such as WorkerRole1_IN_0'): Option {
  return option('-i, --instance <name>', description, 'ROLEVM_INSTANCE');
}

export function globalsOf(command: Command): Globals {
  return command.optsWithGlobals<Globals>();
}

export function isJson(command: Command): boolean {
  return globalsOf(command).json === true;
}

/** Colours are for a person at a terminal who has not declined them. */
export function wantsColour(command: Command, stream: NodeJS.WriteStream = process.stdout): boolean {
  const declined = globalsOf(command).color === false || (process.env.NO_COLOR ?? '') !== '' || process.env.TERM === 'dumb';
  return stream.isTTY === true && !declined && !isJson(command);
}

export function surroundingsOf(cli: Cli, command: Command): Surroundings {
  const { state } = globalsOf(command);
  return { cwd: cli.cwd, packageRoot: cli.packageRoot, ...(state === undefined ? {} : { named: state }) };
}

/** Where this command finds the state. @throws UserError RV4120, RV4121 */
export function placeOf(cli: Cli, command: Command): StatePlace {
  return stateForCommand(surroundingsOf(cli, command));
}

/** The emulator this command speaks to. @throws UserError RV4101, RV4120, RV4121 */
export function emulatorOf(cli: Cli, command: Command): StateFile {
  return requireRunning(placeOf(cli, command).stateDirectory);
}

export function print(lines: readonly string[]): void {
  if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
}

/** One JSON document, or with `line` one line of a stream of them. */
export function printJson(value: unknown, form: 'document' | 'line' = 'document'): void {
  process.stdout.write(`${JSON.stringify(value, undefined, form === 'document' ? 2 : undefined)}\n`);
}
