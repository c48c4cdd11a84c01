import path from 'node:path';
import { type Diagnostic, UserError } from '../../contracts/diagnostic.ts';
import type { EmulatorOptions } from '../../contracts/emulator-options.ts';
import { renderDiagnostics } from '../../model/render-diagnostics.ts';
import { painter } from '../colour.ts';

/** Tells on stderr why the emulator cannot go on: a mistake of the user in one sentence with its findings and mend, a fault of ours as such. */
export function printFailure(error: unknown, options: Pick<EmulatorOptions, 'colour' | 'json'>, id?: string): void {
  process.stderr.write(`${options.json ? JSON.stringify({ error: asObject(error, id) }) : asText(error, options.colour, id)}\n`);
}

function asObject(error: unknown, id: string | undefined): object {
  if (!(error instanceof UserError)) return { code: 'RV4000', fault: true, message: faultText(error), ...(id === undefined ? {} : { id }) };
  const { code, message, mend, diagnostics } = error;
  return { code, message, ...(mend === undefined ? {} : { mend }), ...(diagnostics.length === 0 ? {} : { diagnostics }) };
}

function asText(error: unknown, colour: boolean, id: string | undefined): string {
  const paint = painter(colour);
  if (!(error instanceof UserError)) {
    const stack = process.env['ROLEVM_DEBUG'] === '1' && error instanceof Error ? `\n${error.stack}` : '';
    return `${paint('red', 'fault RV4000')}${id === undefined ? '' : ` (${id})`}: ${faultText(error)}\n  → this is a fault of rolevm, not yours; ROLEVM_DEBUG=1 shows where it happened${stack}`;
  }
  const mend = error.mend === undefined ? '' : `\n  → ${error.mend}`;
  const findings = error.diagnostics.length === 0 ? '' : `\n${renderDiagnostics(error.diagnostics.map(asTyped)).trimEnd()}`;
  return `${paint('red', `error ${error.code}`)}: ${error.message}${mend}${findings}`;
}

function faultText(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** With the path as the user would type it. */
function asTyped(found: Diagnostic): Diagnostic {
  if (found.file === undefined) return found;
  const fromHere = path.relative(process.cwd(), found.file);
  return fromHere.startsWith('..') ? found : { ...found, file: fromHere };
}
