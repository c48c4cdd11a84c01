import { execFile } from 'node:child_process';
import { chownSync, copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundle, temporaryDirectory } from '../fixtures/processes/build.ts';

const run = promisify(execFile);
const directory = temporaryDirectory();
const bundles = join(directory, 'dist');
const drive = join(directory, 'E');

/** A program that says who it thinks it is, and gives functions to compile that run late. */
const text = (version: string) => `#!/usr/bin/env node
const late = () => 'late';
process.stdout.write(JSON.stringify({
  version: '${version}',
  argv: process.argv.slice(1),
  filename: __filename,
  dirname: __dirname,
  main: require.main === module,
  sibling: require('./sibling.cjs'),
  late: late(),
}));
`;

describe('a bundle run by boot.cjs', () => {
  let boot: string;
  let cache: string;
  let count = 0;

  beforeAll(async () => {
    boot = await bundle('kernel/boot.ts', bundles, 'boot');
    mkdirSync(drive);
    writeFileSync(join(bundles, 'sibling.cjs'), `module.exports = 'beside the bundles';`);
  });

  beforeEach(() => {
    count += 1;
    cache = join(directory, `cache${count}`);
    writeFileSync(join(bundles, 'Program.cjs'), text('1'));
    copyFileSync(join(bundles, 'Program.cjs'), join(drive, 'Program.exe'));
  });

  async function start(script: string, environment: NodeJS.ProcessEnv = { ROLEVM_CACHE: cache }, args: readonly string[] = []) {
    const { stdout, stderr } = await run(process.execPath, [boot, script, ...args], { env: environment });
    return { ...JSON.parse(stdout), stderr };
  }

  const cachedOf = (bundle: string) =>
    readdirSync(cache)
      .filter((name) => name.startsWith(`${bundle}-`))
      .map((name) => join(cache, name));
  const cached = () => cachedOf('Program');
  const generation = () => cached().map((path) => readFileSync(path).readUInt32LE(4));

  it('is the program: its own path, its arguments, its siblings', async () => {
    const script = join(drive, 'Program.exe');
    for (const when of ['without compiled code', 'with compiled code']) {
      expect({ when, ...(await start(script, undefined, ['a', '--cache=b'])) }).toEqual({
        when,
        version: '1',
        argv: [script, 'a', '--cache=b'],
        filename: script,
        dirname: drive,
        main: true,
        sibling: 'beside the bundles',
        late: 'late',
        stderr: '',
      });
    }
  });

  it('keeps compiled code twice and then leaves it as it is', async () => {
    const path = join(bundles, 'Program.cjs');
    await start(path);
    expect(generation()).toEqual([1]);
    await start(path);
    expect(generation()).toEqual([2]);
    const before = statSync(cached()[0] ?? '').mtimeMs;
    await start(path);
    // Rejected code would have begun anew.
    expect([generation(), statSync(cached()[0] ?? '').mtimeMs]).toEqual([[2], before]);
    expect(statSync(cache).mode & 0o777).toBe(0o700);
  });

  it('keeps compiled code of siblings that it requires too, and runs them once', async () => {
    writeFileSync(join(bundles, 'late.cjs'), 'globalThis.runs = (globalThis.runs ?? 0) + 1; module.exports = () => globalThis.runs;');
    const script = join(bundles, 'Program2.cjs');
    writeFileSync(script, `require('./late.cjs'); process.stdout.write(JSON.stringify({ runs: require('./late.cjs')() }));`);
    for (const generations of [[1], [2], [2]]) {
      expect(await start(script)).toEqual({ runs: 1, stderr: '' });
      expect(cachedOf('late').map((path) => readFileSync(path).readUInt32LE(4))).toEqual(generations);
    }
  });

  it('runs a copy from the compiled code of the bundle', async () => {
    await start(join(bundles, 'Program.cjs'));
    await start(join(drive, 'Program.exe'));
    expect(generation()).toEqual([2]);
  });

  it('runs a patched copy as it is written, also when it has the same length', async () => {
    const script = join(drive, 'Program.exe');
    await start(script);
    writeFileSync(script, text('2'));
    expect((await start(script)).version).toBe('2');
    writeFileSync(script, text('longer'));
    expect((await start(script)).version).toBe('longer');
  });

  it('compiles a bundle anew that was replaced by one of the same length and time', async () => {
    const path = join(bundles, 'Program.cjs');
    // As npm does with every file of a package.
    utimesSync(path, 499_162_500, 499_162_500);
    await start(path);
    writeFileSync(path, text('3'));
    utimesSync(path, 499_162_500, 499_162_500);
    expect((await start(path)).version).toBe('3');
    expect((await start(path)).version).toBe('3');
  });

  it('is not harmed by damaged compiled code, wherever the damage is', async () => {
    const path = join(bundles, 'Program.cjs');
    await start(path);
    const [file = ''] = cached();
    const whole = readFileSync(file);
    const places = [0, 5, 9, 13, 20, whole.length >> 2, whole.length >> 1, (whole.length * 2) / 3, whole.length - 9, whole.length - 1];
    for (const place of places.map(Math.floor)) {
      const damaged = Buffer.from(whole);
      damaged.writeUInt8(damaged.readUInt8(place) ^ 0xff, place);
      writeFileSync(file, damaged);
      expect((await start(path)).version).toBe('1');
    }
    for (const rest of [Buffer.alloc(0), whole.subarray(0, 10), whole.subarray(0, whole.length >> 1), Buffer.alloc(whole.length)]) {
      writeFileSync(file, rest);
      expect((await start(path)).version).toBe('1');
    }
  });

  it.skipIf(process.getuid?.() !== 0)('does not run compiled code of another user', async () => {
    const path = join(bundles, 'Program.cjs');
    await start(path);
    chownSync(cached()[0] ?? '', 12_345, 12_345);
    await start(path);
    // Made anew.
    expect(generation()).toEqual([1]);
    expect(statSync(cached()[0] ?? '').uid).toBe(0);
  });

  it('runs where no compiled code can be kept', async () => {
    writeFileSync(cache, 'a file in the way');
    expect(await start(join(bundles, 'Program.cjs'))).toMatchObject({ version: '1', stderr: '' });
    expect(await start(join(bundles, 'Program.cjs'), {})).toMatchObject({ version: '1', stderr: '' });
    expect(await start(join(bundles, 'Program.cjs'), { ROLEVM_CACHE: 'off' })).toMatchObject({ version: '1', stderr: '' });
  });

  it('keeps compiled code in the cache directory of the user, or where it is told by an argument', async () => {
    await start(join(bundles, 'Program.cjs'), { XDG_CACHE_HOME: join(cache, 'xdg'), HOME: '/nowhere' });
    expect(readdirSync(join(cache, 'xdg', 'rolevm')).sort()).toEqual([
      expect.stringMatching(/^Program-/),
      expect.stringMatching(/^sibling-/),
    ]);
    await run(process.execPath, [boot, `--cache=${join(cache, 'told')}`, join(bundles, 'Program.cjs')], { env: {} });
    expect(readdirSync(join(cache, 'told'))).toHaveLength(2);
  });

  it('has whole compiled code after many first starts at once, and no drafts', async () => {
    await Promise.all(Array.from({ length: 8 }, () => start(join(bundles, 'Program.cjs'))));
    expect(readdirSync(cache).filter((name) => name.endsWith('.new'))).toEqual([]);
    await start(join(bundles, 'Program.cjs'));
    await start(join(bundles, 'Program.cjs'));
    expect(generation()).toEqual([2]);
  });

  it('writes again after a writer that was killed in the middle', async () => {
    await start(join(bundles, 'Program.cjs'));
    const draft = `${cached()[0]}.new`;
    writeFileSync(draft, 'half');
    await start(join(bundles, 'Program.cjs'));
    expect(readFileSync(draft, 'utf8')).toBe('half');
    utimesSync(draft, 0, 0);
    await start(join(bundles, 'Program.cjs'));
    await start(join(bundles, 'Program.cjs'));
    expect(cached()).toHaveLength(1);
    expect(generation()).toEqual([2]);
  });

  it('finds packages beside the bundles, imports modules, and fails as any program does', async () => {
    symlinkSync(resolve(import.meta.dirname, '../../node_modules'), join(directory, 'node_modules'));
    const script = join(drive, 'Other.exe');
    writeFileSync(join(drive, 'late.mjs'), 'export const late = 5;');
    writeFileSync(
      script,
      `require('koffi'); import('./late.mjs').then(({ late }) => { console.log(late); throw new Error('on purpose'); });`,
    );
    const failed = await run(process.execPath, [boot, script], { env: {} }).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 1, stdout: '5\n', stderr: expect.stringMatching(/Error: on purpose\n {4}at .*Other\.exe:1:\d+/) });
    await expect(run(process.execPath, [boot], { env: {} })).rejects.toMatchObject({ code: 2 });
    await expect(run(process.execPath, [boot, join(drive, 'none')], { env: {} })).rejects.toMatchObject({ code: 1 });
  });
});
