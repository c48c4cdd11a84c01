import type { Diagnostic } from '../contracts/diagnostic.ts';

/** What a piece of the text is, for whoever colours it. */
export type DiagnosticStyle = Diagnostic['severity'] | 'place' | 'mend';

/** Colours a piece of text, or returns it as it is. */
export type Painter = (style: DiagnosticStyle, text: string) => string;

const plain: Painter = (_, text) => text;

/**
 * Findings for people: a line each, the mend on the next line, and a summary.
 *
 * @returns text that ends with a line end
 */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], paint: Painter = plain): string {
  const lines = diagnostics.flatMap((diagnostic) => {
    const { code, severity, message, mend } = diagnostic;
    const place = placeText(diagnostic);
    const first = `${place === '' ? '' : `${paint('place', place)} `}${paint(severity, `${severity} ${code}`)} ${message}`;
    return mend === undefined ? [first] : [first, `  ${paint('mend', mend)}`];
  });
  return `${[...lines, summary(diagnostics, paint)].join('\n')}\n`;
}

function placeText({ file, line, column }: Diagnostic): string {
  const parts = [file, line, column].filter((part) => part !== undefined);
  return parts.length === 0 ? '' : `${parts.join(':')}:`;
}

function summary(diagnostics: readonly Diagnostic[], paint: Painter): string {
  const count = (severity: Diagnostic['severity'], one: string, many: string) => {
    const found = diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
    return found === 0 ? [] : [paint(severity, `${found} ${found === 1 ? one : many}`)];
  };
  const counts = [...count('error', 'error', 'errors'), ...count('warning', 'warning', 'warnings'), ...count('info', 'note', 'notes')];
  return counts.length === 0 ? 'Nothing to report.' : `${counts.join(', ')}.`;
}
