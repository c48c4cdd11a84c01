import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isInstalled } from '../../../scripts/is-installed.mjs';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rolevm-installed-'));
  mkdirSync(join(root, 'node_modules'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const a = { version: '1.0.0', integrity: 'sha512-a' };
const elsewhere = { version: '1.0.0', optional: true, os: [process.platform === 'aix' ? 'linux' : 'aix'], cpu: [process.arch] };
const here = { version: '1.0.0', optional: true, os: [process.platform], cpu: [process.arch] };

function lock(packages: Record<string, object>): void {
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: { '': { name: 'rolevm' }, ...packages } }));
}

function installed(packages: Record<string, object>): void {
  writeFileSync(join(root, 'node_modules/.package-lock.json'), JSON.stringify({ packages }));
}

test('packages as the lock file has them need no installation', () => {
  lock({ 'node_modules/a': a });
  installed({ 'node_modules/a': a });
  expect(isInstalled(root)).toBe(true);
});

test('an installation that was never finished is none', () => {
  lock({ 'node_modules/a': a });
  expect(isInstalled(root)).toBe(false);
});

test.each([
  ['of another version', { ...a, version: '0.9.0' }],
  ['with other content', { ...a, integrity: 'sha512-b' }],
])('a package %s is installed anew', (_how, present) => {
  lock({ 'node_modules/a': a });
  installed({ 'node_modules/a': present });
  expect(isInstalled(root)).toBe(false);
});

test('a package that the lock file gained is installed', () => {
  lock({ 'node_modules/a': a, 'node_modules/b': a });
  installed({ 'node_modules/a': a });
  expect(isInstalled(root)).toBe(false);
});

test('what is for another machine is not missed', () => {
  lock({ 'node_modules/a': a, 'node_modules/elsewhere': elsewhere });
  installed({ 'node_modules/a': a });
  expect(isInstalled(root)).toBe(true);
});

test('packages brought from another kind of machine are installed anew', () => {
  lock({ 'node_modules/here': here, 'node_modules/elsewhere': elsewhere });
  installed({ 'node_modules/elsewhere': elsewhere });
  expect(isInstalled(root)).toBe(false);
});
