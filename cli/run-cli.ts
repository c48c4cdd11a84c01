import { CommanderError } from 'commander';
import type { Cli } from './cli.ts';
import { commandList } from './command-list.ts';
import { exitCodes } from './exit-codes.ts';
import { createProgram } from './program.ts';
import { reportError } from './report-error.ts';

/** Where the command was started, and from where it is loaded. */
export type Invocation = Pick<Cli, 'packageRoot' | 'bundlesDirectory' | 'cwd'>;

/**
 * Runs one invocation.
 *
 * @param argv what stands behind `rolevm`
 * @returns the exit code; what had to be said has been printed
 */
export async function runCli(argv: readonly string[], invocation: Invocation): Promise<number> {
  const commandNames = commandList.map((entry) => entry.name);
  const cli: Cli = { ...invocation, commandNames, program: (called) => createProgram(cli, called), exitCode: exitCodes.ok };
  dropFalseFlags();
  try {
    const program = await cli.program(argv);
    await program.parseAsync(argv.length === 0 ? ['--help'] : argv, { from: 'user' });
    return cli.exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.ok;
    const plain = process.stderr.isTTY !== true || (process.env.NO_COLOR ?? '') !== '' || argv.includes('--no-color');
    const json = argv.includes('--json') || process.env.ROLEVM_JSON !== undefined;
    const command = argv.find((word) => commandNames.includes(word));
    const debug = (process.env.ROLEVM_DEBUG ?? '') !== '';
    return reportError(error, { json, colour: !plain, debug, ...(command === undefined ? {} : { command }) });
  }
}

/** Variables of flags without a value. Commander takes one that is set as true, whatever it says. */
const switches = [
  'JSON',
  'DETACH',
  'TREE',
  'FOLLOW',
  'LIST',
  'DELETE',
  'DEBUG',
  'CHECK',
  'REVERT',
  'STRICT_LOCKS',
  'COACH',
  'QUIET',
  'STOP',
  'SNAPSHOTS',
];
const noes = ['', '0', 'false', 'no', 'off'];

function dropFalseFlags(): void {
  for (const name of switches.map((word) => `ROLEVM_${word}`)) {
    if (noes.includes((process.env[name] ?? '').trim().toLowerCase())) delete process.env[name];
  }
}
