import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tidyViolations } from '../../../scripts/check-tidy.mjs';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rolevm-tidy-'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

test.each([
  ["setTimeout(() => send({ type: 'x' }), 5_000);", 'duration without a name'],
  ['setInterval(beat, 100);', 'duration without a name'],
  ['await pause(250);', 'duration without a name'],
  ['after: { 20000: { target: "next" } },', 'literal delay'],
  [`// ${'TO'}DO: later`, 'left for later'],
  [`const home = '${'/ro'}ot/checkout';`, 'path of one machine'],
  [`// see ${'/wo'}rk/notes.md`, 'path of one machine'],
])('%s is refused', (line, fault) => {
  write('cli/main.ts', `export const first = 1;\n${line}\n`);
  expect(tidyViolations(root)).toEqual([expect.stringMatching(`^cli/main\\.ts:2: .*${fault}`)]);
});

test.each([
  'setTimeout(done, graceMs);',
  'setTimeout(done, 0);',
  'setImmediate(done);',
  "const drive = 'C:/Users/Default';",
  'after: { restartDelay: {} },',
])('%s is accepted', (line) => {
  write('cli/main.ts', `${line}\n`);
  expect(tidyViolations(root)).toEqual([]);
});
