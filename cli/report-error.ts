import { CommanderError } from 'commander';
import { UserError } from '../contracts/diagnostic.ts';
import { EmulatorFault } from '../control/client.ts';
import { painter } from '../control/colour.ts';
import { renderDiagnostics } from '../model/render-diagnostics.ts';
import { diagnosticPainter } from './diagnostic-painter.ts';
import { type ExitCode, exitCodeFor } from './exit-codes.ts';

export interface ErrorOptions {
  readonly json: boolean;
  readonly colour: boolean;
  /** Shows where in rolevm a fault happened. */
  readonly debug: boolean;
  /** The command that was called, if it is one. */
  readonly command?: string;
}

/**
 * Tells an error on stderr: a mistake of the user as one sentence with its mend, a fault of ours as such.
 *
 * @returns the exit code it means
 */
export function reportError(error: unknown, options: ErrorOptions): ExitCode {
  const shown = error instanceof CommanderError ? usageError(error, options.command) : error;
  const lines = options.json ? [JSON.stringify({ error: errorObject(shown, options) })] : errorLines(shown, options);
  process.stderr.write(`${lines.join('\n')}\n`);
  return exitCodeFor(shown);
}

const usageCodes: Readonly<Record<string, string>> = {
  'commander.unknownCommand': 'RV6201',
  'commander.unknownOption': 'RV6202',
  'commander.missingArgument': 'RV6203',
  'commander.optionMissingArgument': 'RV6203',
  'commander.invalidArgument': 'RV6204',
  'commander.excessArguments': 'RV6205',
  'commander.conflictingOption': 'RV6206',
};

/** Commander says what it does not understand in one line, and what was perhaps meant in a second one. */
function usageError(error: CommanderError, command: string | undefined): UserError {
  const [sentence = '', hint] = error.message.replace(/^error: /, '').split('\n');
  const suggestion = hint === undefined ? undefined : /^\(Did you mean (.+)\?\)$/.exec(hint)?.[1];
  const mend = suggestion === undefined ? `see rolevm help${command === undefined ? '' : ` ${command}`}` : `did you mean ${suggestion}?`;
  return new UserError(usageCodes[error.code] ?? 'RV6200', sentence.replace(/\.$/, ''), mend);
}

function errorObject(error: unknown, { debug }: ErrorOptions): object {
  if (error instanceof UserError) {
    const { code, message, mend, diagnostics } = error;
    return { code, message, ...(mend === undefined ? {} : { mend }), ...(diagnostics.length === 0 ? {} : { diagnostics }) };
  }
  return { code: 'RV4000', fault: true, message: faultText(error), ...(debug ? { stack: stackOf(error) } : {}) };
}

function errorLines(error: unknown, { colour, debug }: ErrorOptions): readonly string[] {
  const paint = painter(colour);
  if (error instanceof UserError) {
    const mend = error.mend === undefined ? [] : [`  → ${error.mend}`];
    const details = error.diagnostics.length === 0 ? [] : [renderDiagnostics(error.diagnostics, diagnosticPainter(colour)).trimEnd()];
    return [`${paint('red', `error ${error.code}`)}: ${error.message}`, ...mend, ...details];
  }
  const where =
    error instanceof EmulatorFault ? `the output of rolevm up has more under ${error.id}` : 'ROLEVM_DEBUG=1 shows where it happened';
  return [
    `${paint('red', 'fault RV4000')}: ${faultText(error)}`,
    `  → this is a fault of rolevm, not yours; please report it with the output of rolevm version; ${where}`,
    ...(debug ? [stackOf(error)] : []),
  ];
}

function faultText(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
