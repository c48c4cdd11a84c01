import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const script = pathToFileURL(join(import.meta.dirname, '../../../scripts/install.mjs')).href;
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rolevm-install-'));
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: { 'node_modules/a': { version: '1.0.0' } } }));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Runs the installation in a process of its own with a little program in npm's place. */
function installWith(npm: string) {
  const npmPath = join(root, 'npm-cli.cjs');
  writeFileSync(npmPath, npm);
  const code = `import(${JSON.stringify(script)}).then(({ install }) => install(${JSON.stringify(root)})).then(console.log)`;
  return spawnSync(process.execPath, ['-e', code], { cwd: root, encoding: 'utf8', env: { ...process.env, npm_execpath: npmPath } });
}

const succeedingNpm = `
  const { mkdirSync, writeFileSync } = require('node:fs');
  console.error('npm warn deprecated a@1.0.0: use b');
  console.log(process.argv.slice(2).join(' '));
  mkdirSync('node_modules', { recursive: true });
  writeFileSync('node_modules/.package-lock.json', '{"packages":{"node_modules/a":{"version":"1.0.0"}}}');
`;

test('an installation says one line, and what npm says goes to a file', () => {
  const { stdout, stderr } = installWith(succeedingNpm);
  expect(stderr).toBe('Installing packages …\n');
  expect(stdout).toBe('true\n');
  expect(readFileSync(join(root, '.cache/install.log'), 'utf8')).toMatch(/deprecated a@1\.0\.0[\s\S]*^ci /m);
});

test('a second run installs nothing and says nothing', () => {
  installWith(succeedingNpm);
  const { stdout, stderr } = installWith('process.exit(1);');
  expect(stderr).toBe('');
  expect(stdout).toBe('true\n');
});

test('a failed installation gives its reason in one sentence and the place of the log', () => {
  const { stdout, stderr } = installWith(`
    console.error('npm error code ENOTFOUND');
    console.error('npm error network request to the registry failed.');
    console.error('npm error A complete log of this run can be found in: elsewhere');
    process.exit(7);
  `);
  expect(stderr.split('\n')).toEqual([
    'Installing packages …',
    `The packages could not be installed: network request to the registry failed. The whole story is in ${join('.cache', 'install.log')}.`,
    '',
  ]);
  expect(stdout).toBe('false\n');
});

test('an npm that ends without a reason is named by its status', () => {
  expect(installWith('process.exit(7);').stderr).toContain('npm ci ended with status 7');
});

test('the lock of an installation that was killed does not stop the next one', () => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  mkdirSync(join(root, '.cache'));
  writeFileSync(join(root, '.cache/install.lock'), String(pid));
  expect(installWith(succeedingNpm).stdout).toBe('true\n');
  expect(existsSync(join(root, '.cache/install.lock'))).toBe(false);
});
