import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readEvents } from '../../logs/read-events.ts';
import { tailFile } from '../../logs/tail.ts';
import { lighten } from '../../scripts/lighten.mjs';

let bundles: string;
let program: string;
let folder: string;
beforeAll(async () => {
  bundles = mkdtempSync(join(tmpdir(), 'rolevm-logs-bundle-'));
  program = join(bundles, 'write-logs.cjs');
  const entry = join(import.meta.dirname, '../fixtures/logs/write-logs.ts');
  await build({
    entryPoints: [entry],
    outfile: program,
    bundle: true,
    plugins: [lighten],
    platform: 'node',
    format: 'cjs',
    logLevel: 'silent',
  });
});
afterAll(() => rmSync(bundles, { recursive: true, force: true }));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rolevm-logs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const textsOf = (file: string) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => line.replace(/^\[\d{8}\] \[[\d/:. ]{22}\] \[(INFO|WARN)\] {2}/, ''));

const hasPrlimit = process.platform === 'linux' && spawnSync('prlimit', ['--version']).status === 0;

describe('the logs of a played process', () => {
  it('lose no line when it is killed in the tick that wrote them', async () => {
    const { signal } = spawnSync(process.execPath, [program, 'kill-at-once', folder]);
    expect(signal).toBe('SIGKILL');
    expect(textsOf(join(folder, 'WaAppAgent.log'))).toEqual(Array.from({ length: 1_000 }, (_, n) => `line ${n}`));
    expect((await readEvents(folder)).map((event) => event.id)).toEqual([20001]);
    expect(readFileSync(join(folder, 'WaHostBootstrapper.log'), 'utf8')).toMatch(/^\[\d{8}:\d{8}, .*, WARN \] started\n$/);
  });

  it('are whole up to the last line when it is killed between two rotations', async () => {
    const file = join(folder, 'WaAppAgent.log');
    const child = spawn(process.execPath, [program, 'until-killed', folder], { stdio: 'ignore' });
    const exited = once(child, 'exit');
    await new Promise<void>((resolve) => {
      const tail = tailFile(file, () => {
        if (!existsSync(`${file}.old`)) return;
        tail.close();
        resolve();
      });
    });
    child.kill('SIGKILL');
    await exited;
    const texts = [...textsOf(`${file}.old`), ...(existsSync(file) ? textsOf(file) : [])];
    const first = Number(texts[0]?.replace('line ', ''));
    expect(texts).toEqual(texts.map((_, n) => `line ${first + n}`));
    expect(texts.length).toBeGreaterThan(500);
    expect(statSync(`${file}.old`).size).toBeLessThan(51_000);
  });

  it.skipIf(!hasPrlimit)('say how much a full disk has cost, and a line cut off by it spoils no other', () => {
    const limited = spawnSync('prlimit', ['--fsize=10000:unlimited', process.execPath, program, 'full-disk', folder], { encoding: 'utf8' });
    expect(limited).toMatchObject({ status: 0, stderr: '' });
    const texts = textsOf(join(folder, 'WaAppAgent.log'));
    const whole = texts.findIndex((text, n) => text !== `line ${n}`);
    expect(whole).toBeGreaterThan(100);
    // The cut line stands alone: it is a part of its text or of its stamp.
    expect(texts.slice(whole + 1)).toEqual(['Lines of this log that could not be written: 5 (EFBIG).', 'the disk has room again']);
  });
});
