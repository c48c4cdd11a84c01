import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bundleViolations } from '../../../scripts/check-bundles.mjs';
import { entries } from '../../../scripts/entries.mjs';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rolevm-bundles-'));
  mkdirSync(join(root, '.cache'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Writes what a build has remembered: every bundle with the given inputs. */
function built(names: readonly string[], inputs: Record<string, { bytesInOutput: number }>): void {
  const outputs = Object.fromEntries(names.map((name) => [`dist/${name}`, { inputs }]));
  writeFileSync(join(root, '.cache/metafile.json'), JSON.stringify({ outputs }));
}

const all = entries.map(({ out }) => out);

test('played processes do without heavy packages; the command and the emulator may have them', () => {
  built(all, { 'node_modules/fastify/fastify.js': { bytesInOutput: 10 }, 'node_modules/xstate/dist/xstate.js': { bytesInOutput: 10 } });
  const played = entries
    .filter(({ played }) => played)
    .map(({ out }) => `dist/${out}: carries fastify, which a played process cannot afford`);
  expect(bundleViolations(root)).toEqual(played);
});

test('a package of which nothing is left in the bundle weighs nothing', () => {
  built(all, { 'node_modules/zod/v4/classic/index.js': { bytesInOutput: 0 } });
  expect(bundleViolations(root)).toEqual([]);
});

test('a process without a bundle is found', () => {
  built(
    all.filter((name) => name !== 'WaAppAgent.cjs'),
    {},
  );
  expect(bundleViolations(root)).toEqual(['agents/wa-app-agent/main.ts: absent, so there is no dist/WaAppAgent.cjs']);
});
