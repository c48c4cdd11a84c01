import type { Diagnostic } from '../contracts/diagnostic.ts';
import type { Position } from '../contracts/source-place.ts';
import type { DiagnosticCode } from './diagnostic-codes.ts';

/** Findings that are shown of one service; a last one says how many more there are. */
export const maxDiagnostics = 100;

/** Where a finding belongs and how it is mended. */
export interface FindingPlace {
  readonly file?: string;
  readonly at?: Position;
  readonly subject?: string;
  /** A function where it takes work to find out: it is called only for findings that are kept. */
  readonly mend?: Mend;
}

export type Mend = string | (() => string);

type Severity = Diagnostic['severity'];
const severities: readonly Severity[] = ['error', 'warning', 'info'];

/** Collects the findings about one service. Memory is bounded: of each severity only so many are kept as could be shown. */
export class DiagnosticList {
  readonly #kept: Record<Severity, Diagnostic[]> = { error: [], warning: [], info: [] };
  readonly #counts: Record<Severity, number> = { error: 0, warning: 0, info: 0 };

  get errorCount(): number {
    return this.#counts.error;
  }

  error(code: DiagnosticCode, message: string, place: FindingPlace): void {
    this.#add('error', code, message, place);
  }

  warning(code: DiagnosticCode, message: string, place: FindingPlace): void {
    this.#add('warning', code, message, place);
  }

  info(code: DiagnosticCode, message: string, place: FindingPlace): void {
    this.#add('info', code, message, place);
  }

  /**
   * The findings by file, line and column. When there are more than can be shown, errors have precedence over warnings and those over
   * information, and a last finding says how many are left out.
   */
  finish(): Diagnostic[] {
    const all = severities.flatMap((severity) => this.#kept[severity]);
    const shown = all.slice(0, maxDiagnostics).sort(byPlace);
    const left = severities.map((severity) => this.#counts[severity] - shown.filter((one) => one.severity === severity).length);
    const most = severities.find((_, index) => (left[index] ?? 0) > 0);
    if (most === undefined) return shown;
    const [errors = 0, warnings = 0, infos = 0] = left;
    const message = `${errors + warnings + infos} more findings are not shown (errors: ${errors}, warnings: ${warnings}, others: ${infos}).`;
    return [...shown, { code: 'RV1099', severity: most, message, mend: 'Mend the ones shown and validate again.' }];
  }

  #add(severity: Severity, code: DiagnosticCode, message: string, { file, at, subject, mend }: FindingPlace): void {
    this.#counts[severity] += 1;
    const kept = this.#kept[severity];
    if (kept.length >= maxDiagnostics) return;
    const text = typeof mend === 'function' ? mend() : mend;
    kept.push({ code, severity, message, file, line: at?.line, column: at?.column, subject, mend: text });
  }
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  const [fileA = '', fileB = ''] = [a.file, b.file];
  // Not localeCompare: setting up a language's order takes 6 ms of every start.
  if (fileA !== fileB) return fileA < fileB ? -1 : 1;
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
