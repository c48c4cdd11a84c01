import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, describe, expect, it } from 'vitest';
import { randomOf } from '../../../kernel/random.ts';
import { pickFault } from '../../../rehearsal/chaos/faults/all.ts';
import type { Target } from '../../../rehearsal/chaos/target.ts';
import type { ChaosSummary, FaultResult } from '../../../rehearsal/chaos/types.ts';
import { namesOf, nothingLeft, processesOf } from '../../support/emulator/processes-of.ts';
import { type Place, places, program } from '../../support/emulator/start-emulator.ts';

const openPlace = places(afterEach);

type Line = ({ readonly type: 'fault' } & FaultResult) | ({ readonly type: 'summary' } & ChaosSummary);

function linesOf(stdout: string): { readonly faults: readonly FaultResult[]; readonly summary: ChaosSummary } {
  const lines = stdout.split('\n').map((line) => JSON.parse(line) as Line);
  const faults = lines.filter((line) => line.type === 'fault');
  const summary = lines.find((line) => line.type === 'summary');
  if (summary === undefined) throw new Error(`chaos has printed no summary: ${stdout}`);
  return { faults, summary };
}

/** Where its own deployments lie. */
const temporary = (place: Place) => `${place.service}-temporary`;

function expectNothingLeft(place: Place): void {
  expect(namesOf(processesOf(temporary(place)))).toBe('');
  expect(readdirSync(temporary(place))).toEqual([]);
}

/** What decides which faults are possible, at the speed of these tests. */
const fast = { startAgain: async () => {}, guestLostMs: 10_000 } as unknown as Target;

const kindOf = (seed: number) => pickFault(fast, randomOf(seed, 'chaos')).kind;

/** @returns the first seed from which so many faults on are such */
function seedOf(count: number, such: (kinds: readonly string[]) => boolean): string {
  for (let seed = 1; ; seed += 1) if (such(Array.from({ length: count }, (_, index) => kindOf(seed + index)))) return String(seed);
}

/** Twelve faults of many kinds, none of which takes long, emulators and documents among them. */
const seed = seedOf(12, (kinds) => {
  const includes = (part: string) => kinds.some((kind) => kind.includes(part));
  return new Set(kinds).size > 8 && !includes('ten minutes') && ['kill rolevm up', 'state.json', 'clock', 'sleep'].every(includes);
});
const killsUp = seedOf(1, ([kind]) => kind === 'kill rolevm up');
const killsBootstrapper = seedOf(1, ([kind]) => kind === 'kill WaHostBootstrapper');

/** As in `rolevm up` of the other tests: what it starts finds nothing of this process but what a user has. */
function chaos(place: Place, ...args: readonly string[]) {
  mkdirSync(temporary(place));
  return execa(process.execPath, [program, 'chaos', place.service, ...args], {
    env: { ...place.env, TMPDIR: temporary(place) },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });
}

/** Every start of a role after its first one fails. */
function comesUpOnce(folder: string): void {
  const once = `
const { existsSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const mark = join(__dirname, 'was-here');
if (existsSync(mark)) throw new Error('I come up only once');
writeFileSync(mark, '');
`;
  for (const file of ['Worker/Worker.dll', 'Program/serve.js'].map((name) => join(folder, name))) {
    writeFileSync(file, once + readFileSync(file, 'utf8'));
  }
}

describe('rolevm chaos', () => {
  it('lets twelve faults strike a deployment of its own, which recovers from every one, and leaves nothing', async () => {
    const place = openPlace('steady');
    const { exitCode, stdout, stderr } = await chaos(place, '--seed', seed, '--faults', '12', '--speed', '200', '--json');
    const { faults, summary } = linesOf(stdout);
    expect(faults.flatMap(({ loss }) => loss ?? [])).toEqual([]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(faults.map((fault) => fault.seed)).toEqual(faults.map((_, index) => Number(seed) + index));
    expect(summary).toMatchObject({ seed: Number(seed), faults: 12, losses: 0 });
    expect(new Set(faults.map(({ kind }) => kind)).size).toBeGreaterThan(6);
    expectNothingLeft(place);
  });

  it('strikes the deployment that runs, which runs on afterwards as the same one', async () => {
    const place = openPlace('steady');
    const up = place.up({ speed: 200 });
    await up.ready();
    const { id } = place.deployment();
    const { exitCode, stdout } = await place.rolevm('chaos', '--seed', killsUp, '--faults', '1');
    const { faults, summary } = linesOf(stdout);
    expect(faults.map(({ kind, loss }) => ({ kind, loss }))).toEqual([{ kind: 'kill rolevm up', loss: undefined }]);
    expect({ exitCode, losses: summary.losses }).toEqual({ exitCode: 0, losses: 0 });
    expect((await up.status()).deployment.id).toBe(id);
    expect((await place.rolevm('down')).exitCode).toBe(0);
    await nothingLeft(place.stateDirectory, 0);
  });

  it('strikes nothing while a process of an earlier run is left', async () => {
    const place = openPlace('steady');
    const up = place.up({ speed: 200 });
    await up.ready();
    const left = execa(process.execPath, ['-e', 'setInterval(() => {}, 2 ** 30)'], {
      env: { RoleDeploymentID: place.deployment().id },
      extendEnv: false,
      reject: false,
    });
    const { exitCode, stdout, stderr } = await place.rolevm('chaos', '--faults', '1', '--settle', '1s');
    left.kill('SIGKILL');
    await left;
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(JSON.parse(stderr).error).toMatchObject({ code: 'RV6701', message: expect.stringContaining(`(${left.pid}) still runs`) });
  });

  it('notices a role that does not come back: exit code 1, with the story of the fault and how to repeat it', async () => {
    const place = openPlace('steady', comesUpOnce);
    const { exitCode, stdout } = await chaos(place, '--seed', killsBootstrapper, '--faults', '3', '--speed', '200', '--settle', '2s');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/ 1 {2}kill WaHostBootstrapper +\w+_IN_0: WaHostBootstrapper \(\d+\) {2}LOST\n/);
    expect(stdout).toMatch(/not at rest within 2 s: \w+_IN_0 is \w+Role/);
    expect(stdout).toContain(`--speed 200 --seed ${killsBootstrapper} --faults 1\n`);
    expect(stdout).toContain('I come up only once');
    expect(stdout).toContain('ended early: not at rest any more');
    expect(stdout).toContain('1 fault, 1 lost');
    expectNothingLeft(place);
  });

  it('ends on Ctrl-C with the summary so far, and takes its deployment with it', async () => {
    const place = openPlace('steady');
    const running = chaos(place, '--seed', seed, '--duration', '1h', '--speed', '200', '--json');
    let stopped = false;
    running.stdout?.on('data', () => {
      if (!stopped) stopped = running.kill('SIGINT');
    });
    const { exitCode, stdout } = await running;
    const { faults, summary } = linesOf(stdout);
    expect(summary).toMatchObject({ faults: faults.length, losses: 0, ended: 'interrupted' });
    expect(exitCode).toBe(0);
    expectNothingLeft(place);
  });
});
