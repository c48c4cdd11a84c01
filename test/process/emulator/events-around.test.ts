import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DeploymentStatus } from '../../../contracts/deployment.ts';
import { request } from '../../../control/client.ts';
import { runningState } from '../../../control/state-file.ts';
import { fateOf, happens, markByHand, marksOn, raise, vmOf, withInstances } from '../../support/emulator/marks.ts';
import { type Place, places, type RunningEmulator } from '../../support/emulator/start-emulator.ts';

const settings = { vmsPerNode: 1 };
const files = (up: RunningEmulator, from: number) => up.story.of('file', from).map(({ text }) => text);
const changes = (up: RunningEmulator, from: number) => files(up, from).filter((text) => /was (added|deleted)|has changed/.test(text));

describe('a role that an upgrade has moved to F:', () => {
  const openPlace = places(afterAll);
  const instance = 'Worker_IN_0';
  let place: Place;
  let up: RunningEmulator;
  let from: number;
  let version2: string;
  beforeAll(async () => {
    place = openPlace('steady');
    version2 = join(place.service, 'patches/Worker/Worker.dll');
    up = place.up({ timings: { lostBootstrapperRestartMs: 60_000 }, settings });
    await up.ready();
    from = await happens(place, up, 'upgrade', instance);
  });

  it('has its drive watched there: one that is made anew or taken away is not told file by file, a copy onto it is', async () => {
    expect(changes(up, from)).toEqual([]);
    const copied = up.story.now;
    for (let seen = false, probe = 0; !seen; probe += 1) {
      writeFileSync(place.file(instance, `F/approot/probe${probe}.txt`), '');
      await new Promise((resolve) => setTimeout(resolve, 100));
      seen = changes(up, copied).length > 0;
    }
    expect(changes(up, copied)[0]).toMatch(/^F:\\approot\\probe\d+\.txt was added$/);
    const rebuilt = await happens(place, up, 'portal-reboot', instance);
    // The last copies are told when they have settled; that they have gone with their drive is not.
    expect(changes(up, rebuilt).filter((text) => !/probe\d+\.txt was added$/.test(text))).toEqual([]);
    expect(up.story.of('drives', rebuilt).map(({ rebuilt: letters }) => letters)).toEqual([['F']]);
  });

  it('is patched there by rolevm patch without naming a letter, and the patch runs', async () => {
    const window = up.story.now;
    await up.kill('WaHostBootstrapper', instance);
    const { stdout, exitCode } = await place.rolevm('patch', version2, '--instance', instance, '--wait');
    expect([exitCode, JSON.parse(stdout).patched[0]?.drivePath]).toEqual([0, 'F:\\approot\\Worker.dll']);
    await up.story.output(instance, 'Run of version 2', window);
    await up.story.status(instance, 'ReadyRole', window);
    expect(existsSync(place.file(instance, 'E'))).toBe(false);
  });

  it('has its plan, its paths and its next letter', async () => {
    const { stdout } = await place.rolevm('plan', 'upgrade', '--instance', instance);
    const [plan] = JSON.parse(stdout).instances;
    expect(plan.drives.map(({ letter }: { letter: string }) => letter)).toEqual(['C', 'D', 'F']);
    expect(JSON.stringify(plan.drives)).toContain('F:\\\\approot\\\\Worker.dll');
    const entry = (await up.status()).instances.find(({ name }) => name === instance);
    expect(Object.keys(entry?.drives ?? {})).toEqual(['C', 'D', 'F']);
    const { stdout: story } = await place.rolevm('timeline', instance);
    expect(story).toContain('F: made anew');
  });

  it('is back on E: after the next upgrade, without the patch', async () => {
    const next = await happens(place, up, 'upgrade', instance);
    await up.story.output(instance, 'Run of version 1', next);
    expect([existsSync(place.file(instance, 'E')), existsSync(place.file(instance, 'F'))]).toEqual([true, false]);
  });
});

describe('stop and start', () => {
  const openPlace = places(afterAll);
  let place: Place;
  let up: RunningEmulator;
  beforeAll(async () => {
    place = openPlace('marked', withInstances(2));
    up = place.up({ settings });
    await up.ready();
  });
  const deployment = async () => (await up.status()).deployment.status;
  const deploymentNow = async () => {
    const state = runningState(place.stateDirectory);
    return state === undefined ? undefined : (await request(state, 'GET /status')).deployment.status;
  };
  const refusal = async (...words: readonly string[]) => {
    const { exitCode, stderr } = await place.rolevm(...words);
    const { code, message } = JSON.parse(stderr).error;
    return { exitCode, code, message };
  };

  it('of one of two leaves the deployment Running; what runs cannot be started, what is stopped cannot be rebooted', async () => {
    expect((await place.rolevm('stop', '--instance', 'Marked_IN_0', '--wait')).exitCode).toBe(0);
    expect(await deployment()).toBe('Running');
    expect(await refusal('start', '--instance', 'Marked_IN_1')).toMatchObject({ exitCode: 1, message: 'Marked_IN_1 is not stopped' });
    for (const event of ['recycle', 'reboot', 'reimage', 'power-cycle'])
      expect(await refusal(event, '--instance', 'Marked_IN_0')).toMatchObject({ exitCode: 1, message: 'Marked_IN_0 is stopped' });
  });

  it('of the whole deployment is Suspending, Suspended, Starting, Running', async () => {
    const seen: DeploymentStatus[] = [];
    const note = (status: DeploymentStatus | undefined) => {
      if (status !== undefined && seen.at(-1) !== status) seen.push(status);
    };
    const from = up.story.now;
    const host = (await up.ps()).find(({ instance, name }) => instance === 'Marked_IN_1' && name === 'WaWorkerHost')?.pid ?? 0;
    // Its OnStop takes as long as it takes to look.
    process.kill(host, 'SIGSTOP');
    await raise(place, 'stop', 'Marked_IN_1');
    note(await deployment());
    process.kill(host, 'SIGCONT');
    await up.story.status('Marked_IN_1', 'StoppedVM', from);
    note(await deployment());
    for (const name of ['Marked_IN_0', 'Marked_IN_1']) await raise(place, 'start', name);
    note(await deploymentNow());
    await Promise.all(['Marked_IN_0', 'Marked_IN_1'].map((name) => up.story.status(name, 'ReadyRole', from)));
    note(await deployment());
    expect(seen).toEqual(['Suspending', 'Suspended', 'Starting', 'Running']);
  });

  it('is over with down: the next up starts all of them', async () => {
    expect((await place.rolevm('stop', '--wait')).exitCode).toBe(0);
    expect(await up.stop()).toBe(0);
    expect(place.deployment().lifecycle).toBe('stopped');
    up = place.up({ settings });
    await up.ready();
    expect(await deployment()).toBe('Running');
  });
});

describe('an event', () => {
  const openPlace = places(afterEach);

  it('comes to a role that is starting as well, and to one for which another is under way', async () => {
    const place = openPlace('marked', withInstances(2));
    const up = place.up({ settings });
    await up.story.status('Marked_IN_0', 'CreatingRole');
    await up.ready();
    markByHand(place, 'Marked_IN_1');
    const marks = marksOn(place, 'Marked_IN_1');
    const starting = up.story.now;
    await raise(place, 'recycle', 'Marked_IN_0');
    await up.story.status('Marked_IN_0', 'CreatingRole', starting);
    await raise(place, 'portal-reboot', 'Marked_IN_0');
    for (const event of ['reimage', 'recycle', 'portal-reboot', 'reimage'] as const) await raise(place, event, 'Marked_IN_1');
    await Promise.all([
      up.story.status('Marked_IN_0', 'StoppingVM', starting).then(() => up.story.status('Marked_IN_0', 'ReadyRole', up.story.now)),
      up.story.status('Marked_IN_1', 'ReadyRole', starting),
    ]);
    const after = marksOn(place, 'Marked_IN_1');
    expect([fateOf(marks.C, after.C), fateOf(marks.D, after.D), fateOf(marks.roleDrive, after.roleDrive)]).toEqual(['P', 'R', 'R']);
    expect(up.story.states('Marked_IN_1', starting).filter((state) => state === 'StoppingVM')).toHaveLength(1);
    expect(place.deployment().goals?.['Marked_IN_1']?.event?.n).toBe(vmOf(place, 'Marked_IN_1').eventDone);
  });

  it('for which a debugger at the guest agent has no ears is made with the power off, after a minute', async () => {
    const place = openPlace('marked');
    const up = place.up({ settings });
    await up.ready();
    const marks = marksOn(place, 'Marked_IN_0');
    expect((await place.rolevm('debug', 'break', '--instance', 'Marked_IN_0')).exitCode).toBe(0);
    const from = up.story.now;
    await raise(place, 'reimage', 'Marked_IN_0');
    await up.story.status('Marked_IN_0', 'ReadyRole', from);
    expect(up.story.states('Marked_IN_0', from).slice(0, 3)).toEqual(['UnresponsiveRole', 'StoppingVM', 'StartingVM']);
    expect(
      up.story
        .of('notice', from)
        .map(({ text }) => text)
        .join('\n'),
    ).toContain('it cannot be told to stop, so the VM is powered off');
    expect(up.story.printed('Marked_IN_0', from)).not.toContain('OnStop begins');
    const after = marksOn(place, 'Marked_IN_0');
    expect([fateOf(marks.C, after.C), fateOf(marks.D, after.D), fateOf(marks.roleDrive, after.roleDrive)]).toEqual(['P', 'R', 'R']);
  });

  it('happens to ten instances at once', async () => {
    const place = openPlace('marked', withInstances(10));
    const up = place.up({ settings });
    await up.ready();
    const names = Array.from({ length: 10 }, (_, index) => `Marked_IN_${index}`);
    const before = new Map(names.map((name) => [name, marksOn(place, name)]));
    const from = up.story.now;
    const { exitCode, stdout } = await place.rolevm('reimage', '--wait');
    expect([exitCode, JSON.parse(stdout).instances]).toEqual([0, names]);
    for (const name of names) {
      const marks = before.get(name);
      const after = marksOn(place, name);
      expect([fateOf(marks?.C ?? [], after.C), fateOf(marks?.D ?? [], after.D)]).toEqual(['P', 'R']);
      expect(up.story.states(name, from)).toEqual(
        'StoppingRole StoppingVM StartingVM CreatingRole StartingRole BusyRole ReadyRole'.split(' '),
      );
    }
  });
});

const canMount = process.platform === 'linux' && process.getuid?.() === 0;

describe.skipIf(!canMount)('a full disk (needs root, to mount a small one)', () => {
  const openPlace = places(afterAll);
  let place: Place;
  let mounted: string;
  beforeAll(() => {
    place = openPlace('marked');
    mounted = place.stateDirectory;
    mkdirSync(mounted);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', mounted]);
  });
  afterAll(() => execFileSync('umount', ['-l', mounted]));

  const filling = () => join(mounted, 'filling');
  const fill = () => {
    const { bavail, bsize } = statfsSync(mounted);
    try {
      writeFileSync(filling(), Buffer.alloc(bavail * bsize));
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
    }
  };

  it('refuses what it could not remember, keeps what it has acknowledged, and goes on when there is room', async () => {
    let up = place.up({ settings });
    await up.ready();
    // Acknowledged before: a patch, and an event that has begun.
    const dll = place.file('Marked_IN_0', 'E/approot/Marked.dll');
    const patch = join(place.service, 'patched.dll');
    copyFileSync(dll, patch);
    writeFileSync(patch, readFileSync(patch, 'utf8').replace("version = '1'", "version = '2'"));
    const window = up.story.now;
    await up.kill('WaHostBootstrapper', 'Marked_IN_0');
    const patched = await place.rolevm('patch', patch, 'E:\\approot\\Marked.dll', '--wait');
    expect([patched.exitCode, patched.stderr]).toEqual([0, '']);
    await up.story.status('Marked_IN_0', 'ReadyRole', window);

    fill();
    const { exitCode, stderr } = await place.rolevm('reimage');
    expect([exitCode, JSON.parse(stderr).error.code]).toEqual([1, 'RV5002']);
    expect((await up.status()).instances[0]?.state).toBe('ReadyRole');
    expect(place.deployment().goals?.['Marked_IN_0']?.event?.name).toBe('start');

    // Acknowledged, and then there is no room for it.
    rmSync(filling());
    const from = up.story.now;
    await raise(place, 'reimage', 'Marked_IN_0');
    fill();
    await up.story.status('Marked_IN_0', 'FailedStartingVM', from);
    expect(readFileSync(dll, 'utf8')).toContain("version = '2'");
    process.kill((await up.status()).emulator.pid, 'SIGKILL');
    await up.keeper;
    expect(place.deployment().goals?.['Marked_IN_0']?.event).toMatchObject({ name: 'reimage' });

    rmSync(filling());
    up = place.up({ settings });
    await up.ready();
    expect(readFileSync(dll, 'utf8')).toContain("version = '1'");
    expect(await up.stop()).toBe(0);
  });
});
