import { expect, it } from 'vitest';
import type { Diagnostic } from '../../../contracts/diagnostic.ts';
import { renderDiagnostics } from '../../../model/render-diagnostics.ts';

const findings: readonly Diagnostic[] = [
  { code: 'RV1304', severity: 'error', message: 'It is wrong.', file: 'a.cscfg', line: 3, column: 5, mend: 'Write it.' },
  { code: 'RV1001', severity: 'error', message: 'It is missing.', file: 'b' },
  { code: 'RV1253', severity: 'warning', message: 'It is odd.', file: 'a.csdef', line: 1, column: 1 },
  { code: 'RV1099', severity: 'info', message: 'There is more.' },
];

it('findings are a line each, the mend on the next, and a summary', () => {
  expect(renderDiagnostics(findings)).toBe(
    [
      'a.cscfg:3:5: error RV1304 It is wrong.',
      '  Write it.',
      'b: error RV1001 It is missing.',
      'a.csdef:1:1: warning RV1253 It is odd.',
      'info RV1099 There is more.',
      '2 errors, 1 warning, 1 note.',
      '',
    ].join('\n'),
  );
});

it('nothing found is said in words', () => {
  expect(renderDiagnostics([])).toBe('Nothing to report.\n');
});

it('colour comes from whoever prints', () => {
  expect(renderDiagnostics(findings.slice(0, 1), (style, text) => `[${style}|${text}]`)).toBe(
    '[place|a.cscfg:3:5:] [error|error RV1304] It is wrong.\n  [mend|Write it.]\n[error|1 error].\n',
  );
});
