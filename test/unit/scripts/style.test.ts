import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rolevm-style-'));
  for (const name of ['biome.json', '.gitignore']) copyFileSync(join(root, name), join(folder, name));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function rulesBrokenBy(name: string, text: string): string[] {
  writeFileSync(join(folder, name), text);
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  const args = [biome, 'lint', '--error-on-warnings', '--reporter=json', '--max-diagnostics=none', name];
  const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  const report: { diagnostics: { category: string }[] } = JSON.parse(stdout);
  return [...new Set(report.diagnostics.map(({ category }) => category))].filter((category) => category.startsWith('lint/')).sort();
}

const longFunction = (lines: number) => `export function long(): number {\n${'  Math.random();\n'.repeat(lines)}  return 1;\n}\n`;

test('the linter refuses what the house style forbids', () => {
  writeFileSync(join(folder, 'other.ts'), 'export const other = 1;\n');
  const text = [
    "import { join } from 'path';",
    "import { other } from './other';",
    'export default function anything(x: any) {',
    '  return [x, other];',
    '}',
    'async function later(): Promise<void> {}',
    'export function now(): void {',
    '  later();',
    '}',
    longFunction(71),
    'Math.random();\n'.repeat(150),
  ];
  expect(rulesBrokenBy('probe.ts', text.join('\n'))).toEqual([
    'lint/complexity/noExcessiveLinesPerFunction',
    'lint/correctness/noUnusedImports',
    'lint/correctness/useImportExtensions',
    'lint/nursery/noFloatingPromises',
    'lint/style/noDefaultExport',
    'lint/style/noExcessiveLinesPerFile',
    'lint/style/useNodejsImportProtocol',
    'lint/suspicious/noExplicitAny',
  ]);
});

test('a machine is a table and may be a long function, but not a long file', () => {
  expect(rulesBrokenBy('probe.machine.ts', longFunction(100))).toEqual([]);
  expect(rulesBrokenBy('probe.machine.ts', longFunction(220))).toEqual(['lint/style/noExcessiveLinesPerFile']);
});
