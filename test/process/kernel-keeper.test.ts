import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { commandLine, descendants, isAlive, listProcesses, type ProcessEntry } from '../../kernel/process-table/index.ts';
import { bundle, temporaryDirectory, withKoffi, withoutKoffi } from '../fixtures/processes/build.ts';

const directory = temporaryDirectory();
const notes = join(directory, 'notes');

describe.skipIf(process.platform !== 'linux')('a keeper', () => {
  let program: string;
  let kept: string;
  let keeper: ChildProcess;
  let output: string;
  let below: ProcessEntry[];

  beforeAll(async () => {
    program = await bundle('test/fixtures/processes/keeper.ts', directory);
    kept = await bundle('test/fixtures/processes/kept.ts', directory);
  });

  beforeEach(() => rmSync(notes, { force: true }));

  afterEach(() => {
    for (const entry of [...below, ...descendants(keeper.pid ?? 0, listProcesses())])
      if (isAlive(entry)) process.kill(entry.pid, 'SIGKILL');
    keeper.kill('SIGKILL');
  });

  /** Starts keeper and program; back when three of the program's programs sleep and one is stopped. */
  async function start(args: readonly string[], environment = withKoffi): Promise<void> {
    output = '';
    keeper = spawn(process.execPath, [program, kept, notes, ...args], { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
    keeper.stdout?.on('data', (data: Buffer) => {
      output += data.toString();
    });
    below = [];
    await until(() => {
      const all = listProcesses();
      below = descendants(keeper.pid ?? 0, all);
      // Without a subreaper the detached ones are below somebody else: they are known by what they were told to sleep.
      const sleeping = environment === withKoffi ? below.filter((entry) => entry.name === 'sleep') : sleepers(all);
      return sleeping.length >= 3 && below.some((entry) => entry.state === 'T');
    });
  }

  function sleepers(all: readonly ProcessEntry[]): readonly ProcessEntry[] {
    return existsSync(notes) ? all.filter((entry) => entry.name === 'sleep' && commandLine(entry.pid)[1] === `60.${program1()}`) : [];
  }

  async function until(fact: () => boolean): Promise<void> {
    while (!fact()) await new Promise((resume) => setTimeout(resume, 5));
  }

  async function ending(): Promise<{ code: number | null; signal: string | null; cleaned: { ended: { pid: number; name: string }[] } }> {
    const [code, signal] = (await once(keeper, 'close')) as [number | null, string | null];
    return { code, signal, cleaned: JSON.parse(/cleaned (.*)/.exec(output)?.[1] ?? 'null') };
  }

  const program1 = (): number => Number(readFileSync(notes, 'utf8').split(' ')[1]);

  it('ends everything when its program is killed, detached, stopped and nameless programs included, and gives 137', async () => {
    const folder = join(directory, 'sockets');
    const file = join(directory, 'state.json');
    mkdirSync(join(folder, 'deep'), { recursive: true });
    writeFileSync(file, '{}');
    await start(['wait', folder, file]);
    process.kill(program1(), 'SIGKILL');
    const { code, cleaned } = await ending();
    expect(code).toBe(137);
    expect(cleaned.ended.map(({ name }) => name).toSorted()).toEqual(['sh', 'sleep', 'sleep', 'sleep']);
    expect(below.filter(isAlive)).toEqual([]);
    expect([existsSync(folder), existsSync(file)]).toEqual([false, false]);
  });

  it('gives the exit code of its program, and leaves nothing of it behind', async () => {
    await start(['3']);
    expect((await ending()).code).toBe(3);
    expect(below.filter(isAlive)).toEqual([]);
  });

  it.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('sends a %s that it gets on to its program and stays', async (signal) => {
    await start(['wait']);
    keeper.kill(signal);
    await until(() => readFileSync(notes, 'utf8').includes(signal));
    if (signal !== 'SIGTERM') keeper.kill('SIGTERM');
    expect((await ending()).code).toBe(0);
    expect(below.filter(isAlive)).toEqual([]);
  });

  it('is missed by its program when it is killed', async () => {
    await start(['wait']);
    keeper.kill('SIGKILL');
    await until(() => readFileSync(notes, 'utf8').includes('keeper lost'));
  });

  it('ends what it finds by its marker where there is no subreaper', async () => {
    await start(['wait'], withoutKoffi);
    process.kill(program1(), 'SIGKILL');
    const { code, cleaned } = await ending();
    expect(code).toBe(137);
    // One sleeper has an empty environment and is out of reach here.
    expect(cleaned.ended.filter(({ name }) => name === 'sleep')).toHaveLength(2);
    expect(below.filter(isAlive)).toEqual([]);
    const out = sleepers(listProcesses());
    expect(out).toHaveLength(1);
    process.kill(out[0]?.pid ?? 0, 'SIGKILL');
  });

  it('leaves alone what the shell before it had started', async () => {
    const ready = join(directory, 'shell');
    const shell = `sleep 60 > /dev/null & echo $! > "${ready}"; exec "${process.execPath}" "${program}" "${kept}" "${notes}" 4`;
    below = [];
    output = '';
    keeper = spawn('/bin/sh', ['-c', shell], { env: withKoffi, stdio: ['ignore', 'pipe', 'inherit'] });
    keeper.stdout?.on('data', (data: Buffer) => {
      output += data.toString();
    });
    expect((await ending()).code).toBe(4);
    const left = Number(readFileSync(ready, 'utf8'));
    expect(() => process.kill(left, 'SIGKILL')).not.toThrow();
  });

  it('tells when its program cannot be started', async () => {
    below = [];
    output = '';
    keeper = spawn(process.execPath, ['-e', `process.execPath = '/nowhere/node'; require(${JSON.stringify(program)})`], {
      env: withKoffi,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    keeper.stdout?.on('data', (data: Buffer) => {
      output += data.toString();
    });
    const [code] = await once(keeper, 'close');
    expect([code, output]).toEqual([1, 'refused spawn /nowhere/node ENOENT\n']);
  });
});
