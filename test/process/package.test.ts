import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectGone } from './gone.ts';

const root = join(import.meta.dirname, '../..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

// The variables of the `npm test` around this test would steer the npm inside it; a user's shell has none of them.
const cleanEnv = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|ROLEVM_|NODE_OPTIONS$|VITEST)/i.test(name)));

let folder: string;
let prefix: string;
let installed: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rolevm-package-'));
  prefix = join(folder, 'prefix');
  installed = join(prefix, 'lib/node_modules/rolevm');
  npm(['run', 'build'], root);
  npm(['pack', '--pack-destination', folder], root);
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? 'no tarball';
  npm(['install', '--global', '--prefix', prefix, '--prefer-offline', '--no-audit', '--no-fund', join(folder, tarball)], folder);
}, 180_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function npm(args: string[], cwd: string): string {
  return execFileSync('npm', args, { cwd, env: cleanEnv, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Runs the installed command in a folder that knows nothing of the clone. */
function rolevm(args: string[]): { status: number | null; stdout: string; stderr: string } {
  const env = { ...cleanEnv, ROLEVM_STATE: join(folder, 'state') };
  return spawnSync(join(prefix, 'bin/rolevm'), args, {
    cwd: folder,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 90_000,
  });
}

test('the package carries what it needs to run and nothing of how it was made', () => {
  const names = readdirSync(installed).filter((name) => name !== 'node_modules');
  expect(names).toEqual(expect.arrayContaining(['README.md', 'dist', 'package.json', 'samples']));
  for (const name of ['test', 'scripts', 'kernel', 'tsconfig.json', '.npmrc']) expect(names).not.toContain(name);
  expect(readFileSync(join(installed, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8')).toMatch(/^xstate \S+ \(MIT\)$/m);
});

test('the installed command tells its version', () => {
  const { status, stdout, stderr } = rolevm(['version']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain(version);
});

test('the installed command validates the sample that comes with it', () => {
  const { status, stderr } = rolevm(['validate', join(installed, 'samples/hello-worker')]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test('the installed command runs the sample to Ready, and down leaves nothing behind', () => {
  const service = join(folder, 'hello-worker');
  cpSync(join(installed, 'samples/hello-worker'), service, { recursive: true });
  try {
    expectSuccess(rolevm(['up', service, '--detach', '--speed', '20']));
    expectSuccess(rolevm(['wait', 'ReadyRole', '--timeout', '60']));
    const table = rolevm(['ps', '--json']);
    expectSuccess(table);
    const processes = JSON.parse(table.stdout) as { name: string; pid: number; startedAt: string }[];
    const names = processes.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['WaAppAgent', 'WindowsAzureGuestAgent', 'WaHostBootstrapper', 'WaWorkerHost']));
    expectSuccess(rolevm(['down']));
    for (const { pid, name } of processes) expectGone(pid, name);
  } finally {
    rolevm(['down']);
  }
});

test('role code finds `rolevm/runtime` and its types', () => {
  const project = join(folder, 'role');
  mkdirSync(join(project, 'node_modules'), { recursive: true });
  cpSync(installed, join(project, 'node_modules/rolevm'), { recursive: true });
  const options = {
    strict: true,
    noEmit: true,
    module: 'nodenext',
    target: 'es2023',
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['role.mts', 'role.cts'] }));
  const text = (words: string) =>
    `import { RoleEntryPoint } from 'rolevm/runtime';\n${words} class Role extends RoleEntryPoint {\n  override onStart() {\n    return true;\n  }\n}\n`;
  writeFileSync(join(project, 'role.mts'), text('export default'));
  writeFileSync(join(project, 'role.cts'), text('export'));
  const { status, stdout } = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', project], {
    encoding: 'utf8',
  });
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  const runtime = createRequire(join(project, 'role.cjs'))('rolevm/runtime') as { RoleEntryPoint: unknown };
  expect(runtime.RoleEntryPoint).toBeTypeOf('function');
});

function expectSuccess({ status, stdout, stderr }: { status: number | null; stdout: string; stderr: string }): void {
  expect(status, `${stdout}${stderr}`).toBe(0);
}
