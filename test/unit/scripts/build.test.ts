import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildKey, isBuilt, outputPrint, stampPath } from '../../../scripts/build-key.mjs';
import { bundleAll } from '../../../scripts/bundle.mjs';
import { thirdPartyLicenses } from '../../../scripts/licenses.mjs';
import { writeDist } from '../../../scripts/write-dist.mjs';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rolevm-build-'));
  for (const name of ['package.json', 'package-lock.json', 'tsconfig.json']) write(name, '{}');
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function stamp(key: string): void {
  write(stampPath, JSON.stringify({ key, outputs: { 'rolevm.cjs': outputPrint(root, 'rolevm.cjs') } }));
}

test.each([
  ['a source changes', () => write('cli/main.ts', '2')],
  ['a source is added', () => write('cli/more.ts', '')],
  [
    'a source moves',
    () => {
      rmSync(join(root, 'cli/main.ts'));
      write('cli/other.ts', '1');
    },
  ],
  ['the versions of packages change', () => write('package-lock.json', '{ }')],
  ['the build itself changes', () => write('scripts/build.mjs', '')],
])('a build is out of date when %s', (_what, change) => {
  write('cli/main.ts', '1');
  const before = buildKey(root);
  change();
  expect(buildKey(root)).not.toBe(before);
});

test('run data of a clone is no source', () => {
  const before = buildKey(root);
  write('sandbox/run/state/x.ts', '');
  write('logs/run/x.ts', '');
  expect(buildKey(root)).toBe(before);
});

test('a build is done again when its output is missing or was touched', () => {
  write('dist/rolevm.cjs', 'a');
  stamp('key');
  expect(isBuilt(root, 'key')).toBe(true);
  expect(isBuilt(root, 'other key')).toBe(false);
  write('dist/rolevm.cjs', 'ab');
  expect(isBuilt(root, 'key')).toBe(false);
  rmSync(join(root, 'dist'), { recursive: true });
  expect(isBuilt(root, 'key')).toBe(false);
});

test('writing brings the folder to exactly the files given and leaves what is the same untouched', () => {
  const dist = join(root, 'dist');
  const first = new Map<string, { content: Buffer; executable?: boolean }>([
    ['same.cjs', { content: Buffer.from('same') }],
    ['changed.cjs', { content: Buffer.from('old'), executable: true }],
    ['types/gone.d.ts', { content: Buffer.from('') }],
  ]);
  writeDist(dist, join(root, '.cache'), first);
  const before = statSync(join(dist, 'same.cjs')).ino;
  const second = new Map(first).set('changed.cjs', { content: Buffer.from('new'), executable: true });
  second.delete('types/gone.d.ts');
  writeDist(dist, join(root, '.cache'), second);
  expect(statSync(join(dist, 'same.cjs')).ino).toBe(before);
  expect(readFileSync(join(dist, 'changed.cjs'), 'utf8')).toBe('new');
  expect(statSync(join(dist, 'changed.cjs')).mode & 0o777).toBe(0o755);
  expect(readdirSync(join(dist, 'types'))).toEqual([]);
});

test('a command is executable text with a shebang, other bundles are not', async () => {
  write('cli/main.ts', 'console.log(import.meta.dirname);');
  write('kernel/boot.ts', 'console.log(1);');
  const { files } = await bundleAll(root, [
    { out: 'rolevm.cjs', source: 'cli/main.ts', executable: true },
    { out: 'boot.cjs', source: 'kernel/boot.ts' },
  ]);
  expect(Buffer.from(files.get('rolevm.cjs')?.content ?? []).toString()).toMatch(/^#!\/usr\/bin\/env node\n[\s\S]*__dirname/);
  expect(Buffer.from(files.get('boot.cjs')?.content ?? []).toString()).not.toContain('#!');
});

test('what would fail only at run time fails the build, with its place', async () => {
  write('cli/main.ts', 'console.log(import.meta.url);');
  await expect(bundleAll(root, [{ out: 'rolevm.cjs', source: 'cli/main.ts' }])).rejects.toThrow(/cli\/main\.ts:1/);
});

test('a source that cannot be read fails the build, with its place', async () => {
  write('cli/main.ts', "import { x } from './absent.ts';\nconsole.log(x);");
  await expect(bundleAll(root, [{ out: 'rolevm.cjs', source: 'cli/main.ts' }])).rejects.toThrow(/absent\.ts[\s\S]*cli\/main\.ts:1/);
});

test('the license of every bundled package is shipped once', () => {
  for (const name of ['a', '@scope/b']) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.2.3', license: 'MIT' }));
    write(`node_modules/${name}/LICENSE.md`, `text of ${name}`);
  }
  const text = thirdPartyLicenses(root, ['cli/main.ts', 'node_modules/a/x.js', 'node_modules/a/y.js', 'node_modules/@scope/b/index.js']);
  expect(text.match(/^a 1\.2\.3 \(MIT\)$/gm)).toHaveLength(1);
  expect(text).toContain('text of a');
  expect(text).toContain('@scope/b 1.2.3 (MIT)\n\ntext of @scope/b');
});

test.each([
  ['forbids it', { license: 'GPL-3.0-only' }, 'GPL-3.0-only'],
  ['is not stated', {}, 'undefined'],
])('a package whose license %s is not bundled', (_what, fields, named) => {
  write('node_modules/a/package.json', JSON.stringify({ name: 'a', version: '1.0.0', ...fields }));
  write('node_modules/a/LICENSE', 'text');
  expect(() => thirdPartyLicenses(root, ['node_modules/a/x.js'])).toThrow(named);
});

test('a package that only names its license gets the common text under its author', () => {
  write('node_modules/a/package.json', JSON.stringify({ name: 'a', version: '1.0.0', license: 'MIT', author: { name: 'A. Author' } }));
  const text = thirdPartyLicenses(root, ['node_modules/a/x.js']);
  expect(text).toMatch(/^a 1\.0\.0 \(MIT\)\n\nCopyright \(c\) A\. Author\n\nPermission is hereby granted/m);
});

test('a package that only names a license with more to it is not bundled', () => {
  write('node_modules/a/package.json', JSON.stringify({ name: 'a', version: '1.0.0', license: 'Apache-2.0' }));
  expect(() => thirdPartyLicenses(root, ['node_modules/a/x.js'])).toThrow('no license text');
});
