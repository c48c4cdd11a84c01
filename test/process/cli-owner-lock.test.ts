import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { execa, type Subprocess } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const racers = 8;
let root: string;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'rolevm-race-'));
  const entry = resolve(import.meta.dirname, '../fixtures/cli/race-for-lock.ts');
  await build({ entryPoints: [entry], outfile: join(root, 'race.cjs'), bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' });
});
afterAll(() => rmSync(root, { recursive: true }));

/** Next line of a racer's output. */
function says(racer: Subprocess): Promise<string> {
  return new Promise((done) => racer.stdout?.once('data', (chunk) => done(String(chunk).trim())));
}

describe('a state directory that several want at once', () => {
  it.each([
    ['that nobody had', undefined],
    ['whose owner is dead', { pid: process.pid, startTicks: '1', token: 'dead' }],
    ['whose owner has released it', { pid: process.pid, startTicks: '1', token: 'gone', released: true }],
  ])('%s goes to exactly one of them', async (_, former) => {
    for (let round = 0; round < 3; round++) {
      const directory = mkdtempSync(join(root, 'state-'));
      if (former !== undefined) writeFileSync(join(directory, 'owner.3.lock'), JSON.stringify(former));
      const all = Array.from({ length: racers }, () => execa(process.execPath, [join(root, 'race.cjs'), directory]));
      await Promise.all(all.map(says));
      const outcomes = all.map(says);
      for (const racer of all) racer.stdin?.write('go\n');
      const sorted = (await Promise.all(outcomes)).sort();
      for (const racer of all) racer.stdin?.end();
      await Promise.all(all);
      expect(sorted).toEqual([...Array.from({ length: racers - 1 }, () => 'RV4110'), 'owner']);
      expect(readdirSync(directory)).toHaveLength(1);
    }
  });
});
