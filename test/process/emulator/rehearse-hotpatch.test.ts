import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { execa, type Options } from 'execa';
import { XMLValidator } from 'fast-xml-parser';
import { afterEach, describe, expect, it } from 'vitest';
import type { HotpatchReport } from '../../../contracts/hotpatch-report.ts';
import { listProcesses, processIdentity } from '../../../kernel/process-table/index.ts';
import { type Place, places, program, type RunningEmulator } from '../../support/emulator/start-emulator.ts';

const repository = resolve(import.meta.dirname, '../../..');
const sample = join(repository, 'samples/hello-worker');
const fix = join(sample, 'patches/Greeter/Greeter.dll');
const version2 = join(repository, 'test/fixtures/services/steady/patches/Worker/Worker.dll');
const speed = '20';

let roots: string[] = [];
afterEach(() => {
  for (const root of roots) rmSync(root, { recursive: true, force: true });
  roots = [];
});

/** The command, with what it prints followed line by line. */
function rehearse(args: readonly string[], where: Pick<Options, 'cwd' | 'env'>) {
  const child = execa(process.execPath, [program, 'rehearse', 'hotpatch', ...args], {
    ...where,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });
  const shown: string[] = [];
  const looks = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    shown.push(line);
    for (const look of looks) look();
  });
  return {
    child,
    over: async () => {
      const { exitCode, stdout, stderr } = await child;
      return { exitCode, stdout, stderr };
    },
    /** Resolves when it has printed a line with this text. */
    saw: (text: string) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (shown.some((line) => line.includes(text))) resolve();
        };
        looks.add(look);
        look();
      }),
  };
}

/** A folder for temporary files of its own: what a rehearsal leaves is seen in it. */
function alone() {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'rolevm-alone-')));
  roots.push(root);
  const { PATH = '', HOME = root } = process.env;
  const start = (...args: readonly string[]) => rehearse(args, { cwd: root, env: { PATH, HOME, TMPDIR: root } });
  const left = () => ({
    files: readdirSync(root),
    processes: listProcesses()
      .filter(({ pid }) => worksIn(pid, root))
      .map(({ pid }) => pid),
  });
  return { root, start, left };
}

function worksIn(pid: number, root: string): boolean {
  try {
    return processIdentity(pid) !== undefined && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(root) && pid !== process.pid;
  } catch {
    return false;
  }
}

describe('a rehearsal on a deployment of its own', () => {
  it.each(['window', 'debugger'] as const)('passes in mode %s, writes its reports and leaves nothing', async (mode) => {
    const { root, start, left } = alone();
    const { exitCode, stdout } = await start(
      sample,
      '--file',
      fix,
      '--speed',
      speed,
      '--mode',
      mode,
      '--json',
      '--junit',
      'hotpatch.xml',
    ).over();
    const { steps, verdict, deployment, instance } = JSON.parse(stdout) as HotpatchReport;
    expect({ exitCode, passed: verdict.passed, reasons: verdict.reasons, deployment, instance }).toEqual({
      exitCode: 0,
      passed: true,
      reasons: [],
      deployment: 'fresh',
      instance: 'Greeter_IN_0',
    });
    expect(steps.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(steps.filter(({ step }) => ![3, 4].includes(step)).map(({ outcome }) => outcome)).toEqual([
      'done',
      'done',
      'done',
      'done',
      'done',
    ]);
    if (mode === 'debugger') expect(steps.slice(2, 4).map(({ outcome }) => outcome)).toEqual(['not needed', 'done']);
    expect(verdict.version.running).toBe(verdict.version.wanted);
    expect(verdict.version.before).not.toBe(verdict.version.wanted);
    expect(verdict.tasks.find(({ taskType }) => taskType === 'simple')).toMatchObject({ ranAgain: true, ended: 'exited with code 0' });
    expect(verdict.copy?.beforeNewHostMs).toBeGreaterThan(0);
    const fate = (event: string) => verdict.fates?.find((candidate) => candidate.event === event)?.becomes;
    expect([fate('recycle'), fate('reboot')]).toEqual(['stays', 'stays']);
    for (const event of ['portal-reboot', 'reimage', 'upgrade', 'migrate']) expect(fate(event), event).not.toBe('stays');
    expect(XMLValidator.validate(readFileSync(join(root, 'hotpatch.xml'), 'utf8'))).toBe(true);
    expect(left()).toEqual({ files: ['hotpatch.xml'], processes: [] });
  });

  it('fails by a startup task that cannot run twice, and names it with its code and its last lines', async () => {
    const { start, left } = alone();
    const { exitCode, stdout } = await start(join(repository, 'test/fixtures/services/tired'), '--file', version2, '--speed', speed).over();
    expect(exitCode).toBe(1);
    expect(stdout).toContain('startup task "once.js" cannot run a second time: it exited with code 3. A hot patch makes this role recycle');
    expect(stdout).toContain('    | it is installed already');
    expect(stdout).not.toContain('    | installed\n');
    expect(left()).toEqual({ files: [], processes: [] });
  });

  it('is broken off by Ctrl-C with 130, and leaves nothing', async () => {
    const { start, left } = alone();
    const rehearsal = start(sample, '--file', fix, '--speed', '1', '--mode', 'debugger');
    await rehearsal.saw('copied to E:');
    rehearsal.child.kill('SIGINT');
    expect((await rehearsal.over()).exitCode).toBe(130);
    expect(left()).toEqual({ files: [], processes: [] });
  });

  it('refuses a file that belongs nowhere before anything is done, and leaves nothing', async () => {
    const { start, left } = alone();
    const { exitCode, stderr } = await start(sample, '--file', program, '--speed', speed, '--json').over();
    expect({ exitCode, code: JSON.parse(stderr).error.code }).toEqual({ exitCode: 1, code: 'RV4302' });
    expect(left()).toEqual({ files: [], processes: [] });
  });
});

const openPlace = places(afterEach);
const instance = 'Worker_IN_0';

async function running(): Promise<{ place: Place; up: RunningEmulator }> {
  const place = openPlace('steady');
  // The window is long enough for a person whom a slow machine plays.
  const up = place.up({ timings: { lostBootstrapperRestartMs: 60_000, stableReadyMs: 0 } });
  await up.ready();
  return { place, up };
}

describe('a rehearsal on what runs', () => {
  it('patches the first instance of the role and leaves the fix in place', async () => {
    const { place, up } = await running();
    const from = up.story.now;
    const { exitCode, stdout } = await place.rolevm('rehearse', 'hotpatch', '--file', version2, '--role', 'Worker');
    expect({ exitCode, ...(JSON.parse(stdout) as HotpatchReport) }).toMatchObject({ exitCode: 0, deployment: 'running', instance });
    await up.story.output(instance, 'Run of version 2', from);
    expect(readFileSync(place.file(instance, 'E/approot/Worker.dll'), 'utf8')).toBe(readFileSync(version2, 'utf8'));
    expect(existsSync(place.file(instance, 'E/approot/Worker.dll.bak'))).toBe(true);
    expect(new Set(up.story.of('status', from).map(({ instance: { name } }) => name))).toEqual(new Set([instance]));
  });

  it('is broken off by Ctrl-C with the debugger detached and the former version running', async () => {
    const { place, up } = await running();
    const from = up.story.now;
    const rehearsal = rehearse(['--file', version2, '--mode', 'debugger'], { env: place.env });
    await rehearsal.saw('broke into');
    rehearsal.child.kill('SIGINT');
    expect((await rehearsal.over()).exitCode).toBe(130);
    await up.story.started(instance, 'WaWorkerHost', from);
    expect(JSON.parse((await place.rolevm('debug', 'list')).stdout)).toEqual({ processes: [] });
    expect(existsSync(place.file(instance, 'C/HotPatch'))).toBe(false);
  });

  it('kills by hand a role host that outlives its job, and still copies inside the window', async () => {
    const { place } = await running();
    await place.rolevm('fault', 'linger-host', '--instance', instance);
    const { exitCode, stdout } = await place.rolevm('rehearse', 'hotpatch', '--file', version2);
    const { steps, verdict } = JSON.parse(stdout) as HotpatchReport;
    expect({ exitCode, reasons: verdict.reasons, by: verdict.hostEnded?.by }).toEqual({ exitCode: 0, reasons: [], by: 'hand' });
    expect(steps.map(({ outcome }) => outcome)).toEqual(Array(7).fill('done'));
    expect(steps[2]?.text).toContain('the role host is still there');
    expect(verdict.hostEnded?.afterKillMs).toBeGreaterThanOrEqual(8_000);
  });

  it('begins only when the role is Ready', async () => {
    const { place, up } = await running();
    const from = up.story.now;
    await up.kill('WaHostBootstrapper', instance);
    await up.story.status(instance, 'RestartingRole', from);
    const { exitCode, stderr } = await place.rolevm('rehearse', 'hotpatch', '--file', version2);
    expect({ exitCode, code: JSON.parse(stderr).error.code }).toEqual({ exitCode: 1, code: 'RV6501' });
  });
});

describe('the coach', () => {
  const coach = (place: Place, ...more: readonly string[]) =>
    rehearse(['--coach', '--file', version2, '--instance', instance, ...more], { env: place.env });
  /** The words for each step, without the seconds. */
  const outcomes = (stdout: string) => stdout.split('\n').flatMap((line) => /^ {2}[1-7] (.+?)(?: by [\d.]+ s)? {2,}/.exec(line)?.[1] ?? []);

  it('finds everything done, and the copy in time by some seconds', async () => {
    const { place, up } = await running();
    const junit = join(place.service, 'coach.xml');
    const { saw, over } = coach(place, '--junit', junit);
    await saw('→ step 1');
    const [staged, dll] = [place.file(instance, 'C/HotPatch/Worker.dll'), place.file(instance, 'E/approot/Worker.dll')];
    mkdirSync(dirname(staged), { recursive: true });
    copyFileSync(version2, staged);
    await saw('→ step 2');
    await up.kill('WaHostBootstrapper', instance);
    await saw('→ step 5');
    copyFileSync(dll, `${dll}.bak`);
    copyFileSync(staged, dll);
    const { exitCode, stdout } = await over();
    expect(outcomes(stdout), stdout).toEqual(['done', 'done', 'done', 'not needed', 'in time', 'done', 'done']);
    expect(exitCode).toBe(0);
    expect(XMLValidator.validate(readFileSync(junit, 'utf8'))).toBe(true);
  });

  it('says that Windows would have refused a copy that comes too early, and what else was wrong', async () => {
    const { place, up } = await running();
    const { saw, over } = coach(place);
    await saw('→ step 1');
    copyFileSync(version2, place.file(instance, 'E/approot/Worker.dll'));
    await saw('E:\\approot\\Worker.dll is the fix now');
    await up.kill('WaHostBootstrapper', instance);
    const { exitCode, stdout } = await over();
    expect(outcomes(stdout), stdout).toEqual(['skipped', 'done', 'done', 'not needed', 'Windows would have refused', 'done', 'failed']);
    expect(exitCode).toBe(1);
  });

  it('follows a person with a debugger, who kills the host by hand and detaches in time', async () => {
    const { place, up } = await running();
    const { saw, over } = coach(place);
    await saw('→ step 1');
    const staged = place.file(instance, 'C/Worker.dll');
    copyFileSync(version2, staged);
    await saw('→ step 2');
    await place.rolevm('debug', 'break', '--instance', instance);
    await up.kill('WaHostBootstrapper', instance);
    await saw('→ step 4');
    await up.kill('WaWorkerHost', instance);
    await saw('→ step 5');
    await place.rolevm('patch', staged, '--instance', instance);
    await saw('→ step 6');
    await place.rolevm('debug', 'detach');
    const { exitCode, stdout } = await over();
    expect(outcomes(stdout), stdout).toEqual(['done', 'done', 'not needed', 'done', 'in time', 'in time', 'done']);
    expect(exitCode).toBe(0);
  });

  it('knows the wrong place, and judges what it has seen when Ctrl-C ends it', async () => {
    const { place } = await running();
    const { child, saw, over } = coach(place);
    await saw('→ step 1');
    mkdirSync(place.file(instance, 'E/approot/bin'));
    copyFileSync(version2, place.file(instance, 'E/approot/bin/Worker.dll'));
    await saw('bin\\Worker.dll is the fix now');
    child.kill('SIGINT');
    const { exitCode, stdout } = await over();
    expect(outcomes(stdout), stdout).toEqual(['skipped', 'skipped', 'skipped', 'skipped', 'wrong place', 'skipped', 'skipped']);
    expect(exitCode).toBe(1);
  });
});
