import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { diagnosticCodes } from '../../../model/diagnostic-codes.ts';

const model = join(import.meta.dirname, '../../../model');
const sources = (readdirSync(model, { recursive: true }) as string[])
  .filter((file) => file.endsWith('.ts') && !file.endsWith('diagnostic-codes.ts'))
  .map((file) => readFileSync(join(model, file), 'utf8'));

it('every code that model/ reports has a row in the table, and every row is reported somewhere', () => {
  const reported = new Set(sources.flatMap((text) => text.match(/(?<=['"])RV1\d{3}(?=['"])/g) ?? []));
  expect([...reported].sort()).toEqual(Object.keys(diagnosticCodes).sort());
});
