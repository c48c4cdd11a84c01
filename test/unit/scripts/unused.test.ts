import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { unusedViolations } from '../../../scripts/check-unused.mjs';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rolevm-unused-'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

test('a file that no process, test or benchmark reaches is dead', () => {
  write('cli/main.ts', "import { a } from '../kernel/a.ts';\n");
  write('kernel/a.ts', "import type { B } from './b.ts';\nexport const a = 1;\n");
  write('kernel/b.ts', 'export interface B {}\n');
  write('kernel/dead.ts', "import './dead-too.ts';\n");
  write('kernel/dead-too.ts', '\n');
  write('kernel/tested.ts', '\n');
  write('test/unit/kernel/tested.test.ts', "import '../../../kernel/tested.ts';\n");
  expect(unusedViolations(root)).toEqual(['kernel/dead-too.ts:1: nothing uses this file', 'kernel/dead.ts:1: nothing uses this file']);
});

test('what only its own file uses is not exported; entries and types are free to', () => {
  write('cli/main.ts', "import '../kernel/a.ts';\nexport const anything = 1;\n");
  write('kernel/a.ts', 'export interface Free {}\nexport function inner(): number {\n  return 1;\n}\nexport const outer = inner();\n');
  write('test/unit/kernel/a.test.ts', "import { outer } from '../../../kernel/a.ts';\n");
  expect(unusedViolations(root)).toEqual(['kernel/a.ts:2: inner is exported, but no other file uses it']);
});
