import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAlive, type ProcessIdentity, processIdentity, readProcess } from '../../../kernel/process-table/index.ts';
import { readEvents } from '../../../logs/read-events.ts';
import { namesOf, nothingLeft, processesOf } from '../../support/emulator/processes-of.ts';
import { type Place, places, type RunningEmulator } from '../../support/emulator/start-emulator.ts';

const openPlace = places(afterEach);
const instance = 'Cache_IN_0';
let place: Place;
let up: RunningEmulator;

beforeEach(async () => {
  place = openPlace('registering');
  up = place.up({ timings: { stableReadyMs: 0 } });
  await up.ready();
});

/** A service of the fixture and what it has left alone, once both run. */
async function service(emulator = up): Promise<{ readonly cache: ProcessIdentity; readonly orphans: readonly ProcessIdentity[] }> {
  const pids = async (text: string) => (await emulator.story.output(instance, text)).line.split(' ').slice(1).map(Number);
  const [[cache = 0], orphans] = await Promise.all([pids('cache '), pids('orphans ')]);
  return { cache: living(cache), orphans: orphans.map(living) };
}

const alive = (processes: readonly ProcessIdentity[]) => processes.map((process) => isAlive(process));

function living(pid: number): ProcessIdentity {
  const identity = processIdentity(pid);
  if (identity === undefined) throw new Error(`${pid} does not live`);
  return identity;
}

/** As the Remote Desktop user would: below no process of the role. */
async function sc(of: string, ...words: readonly string[]): Promise<string> {
  return (await promisify(execFile)(place.file(of, 'commands/sc'), words)).stdout;
}

const emulatorPid = async () => (await up.status()).emulator.pid;
const doorOf = (of: string) => place.file(of, 'D/Windows/System32/config/vm-door.json');
const socketOf = (of: string) => (JSON.parse(readFileSync(doorOf(of), 'utf8')) as { socket: string }).socket;

describe('a service that a startup task has left behind', () => {
  it('is a child of the VM with the environment of the machine, and ps shows it with what it has started', async () => {
    const { cache, orphans } = await service();
    expect(readProcess(cache.pid)?.ppid).toBe(await emulatorPid());
    const listed = (await up.ps()).filter(({ pid }) => [cache, ...orphans].some((known) => known.pid === pid));
    expect(listed.map(({ instance: of, name, state }) => [of, name, state])).toEqual([
      [instance, 'node', 'running (service Cache)'],
      [instance, 'node', 'running'],
      [instance, 'node', 'running'],
    ]);
    const { line } = await up.story.output(instance, 'cache sees');
    expect(JSON.parse(line.replace('cache sees ', ''))).toEqual({
      windir: place.file(instance, 'D/Windows'),
      COMPUTERNAME: expect.stringMatching(/^RD00155D/),
    });
    await up.story.output(instance, `cache ${cache.pid} on 9000 in ${place.file(instance, 'D/Windows/System32')}`);
  });

  it('survives a recycle, a killed bootstrapper and a killed guest agent with all that it has started; the task meets 1073 and 1056', async () => {
    const { cache, orphans } = await service();
    const ends: [string, () => Promise<unknown>][] = [
      ['a recycle', () => place.rolevm('recycle', '-i', instance)],
      ['a killed bootstrapper', () => up.kill('WaHostBootstrapper', instance)],
      ['a killed agent', () => up.kill('WindowsAzureGuestAgent', instance)],
    ];
    for (const [what, end] of ends) {
      const from = up.story.now;
      await end();
      await up.story.output(instance, 'sc create: 49 [SC] CreateService FAILED 1073:', from);
      await up.story.output(instance, 'sc start: 32 [SC] StartService FAILED 1056:', from);
      await up.story.status(instance, 'ReadyRole', from);
      expect(alive([cache, ...orphans]), what).toEqual([true, true, true]);
    }
  });

  it('outlives the end of another instance’s agent and job', async () => {
    const { cache, orphans } = await service();
    const from = up.story.now;
    await up.kill('WindowsAzureGuestAgent', 'Limited_IN_0');
    await up.story.status('Limited_IN_0', 'ReadyRole', from);
    expect(alive([cache, ...orphans])).toEqual([true, true, true]);
  });

  it('is stopped in order when the VM stops, and runs again after the next start: D: is the same', async () => {
    const { cache, orphans } = await service();
    const socket = socketOf(instance);
    expect(await up.stop()).toBe(0);
    expect(readFileSync(place.file(instance, 'C/Logs/Services/Cache.log'), 'utf8')).toContain('cache stops\n');
    expect(alive([cache, ...orphans])).toEqual([false, false, false]);
    expect(namesOf(processesOf(place.stateDirectory))).toBe('');
    expect([existsSync(dirname(socket)), existsSync(doorOf(instance))]).toEqual([false, false]);

    const next = place.up();
    const again = await service(next);
    await next.story.status(instance, 'ReadyRole');
    // It has no more to create, and one of the tasks of this fixture does not take that well.
    expect((await next.story.status('Direct_IN_0', 'RestartingRole')).details).toContain('exited with code 1073.');
    expect(again.cache.pid).not.toBe(cache.pid);
    // The platform's own services start first.
    const started = next.story.of('process.started').flatMap((item) => (item.instance === instance ? [item.name] : []));
    expect(started.slice(0, 3).sort()).toEqual(['WaAppAgent', 'WindowsAzureGuestAgent', 'node']);
    expect(await next.stop()).toBe(0);
    const ids = (await readEvents(place.file(instance, 'D/Windows/System32/winevt/Logs'))).filter(({ log }) => log === 'System');
    // A service that stops while Windows shuts down finds the log closed: 6006 is the last word, so nothing was unexpected.
    expect(ids.map(({ id }) => id)).not.toContain(6008);
    expect(ids.filter(({ source }) => source === 'Service Control Manager').map(({ id }) => id)).toEqual([7045, 7036, 7036]);
  });

  it('is told when it ends unasked, and not started again', async () => {
    const { cache, orphans } = await service();
    const from = up.story.now;
    await up.kill(cache.pid);
    expect((await up.story.ended(instance, 'node', from)).cause).toEqual({ kind: 'killed', signal: 'SIGKILL' });
    expect(await sc(instance, 'query', 'cache')).toMatch(/STATE {14}: 1 {2}STOPPED \n {8}WIN32_EXIT_CODE {4}: 1067 {2}\(0x42b\)/);
    const events = await readEvents(place.file(instance, 'D/Windows/System32/winevt/Logs'));
    expect(events.filter(({ id }) => id === 7034).map(({ message }) => message)).toEqual([
      'The Cache of the role service terminated unexpectedly.  It has done this 1 time(s).',
    ]);
    // Windows has no idea of a service's children.
    expect(alive(orphans)).toEqual([true, true]);
  });

  it('goes with the rest in a power loss, and D: with it', async () => {
    await service();
    const socket = socketOf(instance);
    process.kill(await emulatorPid(), 'SIGKILL');
    await up.keeper;
    expect(namesOf(processesOf(place.stateDirectory))).toBe('');
    expect(existsSync(dirname(socket))).toBe(false);
    const next = place.up();
    await next.ready();
    // A power cycle rebuilds D: (AB 6.1), so the task has it to do again.
    await next.story.output(instance, 'sc create: 0 [SC] CreateService SUCCESS');
  });

  it('is found and ended by doctor when keeper and emulator were killed', async () => {
    const { cache, orphans } = await service();
    const socket = socketOf(instance);
    const emulator = await emulatorPid();
    process.kill(up.keeperPid, 'SIGKILL');
    process.kill(emulator, 'SIGKILL');
    await up.keeper;
    const { exitCode, stdout } = await place.rolevm('doctor');
    expect(exitCode).toBe(0);
    const { findings } = JSON.parse(stdout) as { findings: { kind: string; pid?: number; path?: string; cleaned: boolean }[] };
    expect(findings.filter(({ cleaned }) => !cleaned)).toEqual([]);
    expect(findings.map(({ pid }) => pid)).toEqual(expect.arrayContaining([cache, ...orphans].map(({ pid }) => pid)));
    expect(findings.filter(({ kind }) => kind === 'door').map(({ path }) => path)).toContain(dirname(socket));
    expect([...alive([cache, ...orphans]), existsSync(dirname(socket))]).toEqual([false, false, false, false]);
    await nothingLeft(place.stateDirectory, 10_000);
  });
});

describe('sc', () => {
  it('ends a startup task with the error of Windows, all its bits', async () => {
    const from = up.story.now;
    await place.rolevm('recycle', '-i', 'Direct_IN_0');
    const { details } = await up.story.status('Direct_IN_0', 'RestartingRole', from);
    expect(details).toContain('start= auto" exited with code 1073.');
  });

  it('is denied to whoever is limited, and only to them', async () => {
    await up.story.output('Limited_IN_0', 'limited: 5 [SC] OpenSCManager FAILED 5:');
    await up.story.output('Limited_IN_0', 'elevated: 0 [SC] CreateService SUCCESS');
    await up.story.output('Limited_IN_0', 'role: 5 [SC] OpenService FAILED 5:');
  });

  it('is also a program on D:, and finds its VM by its place there', async () => {
    const program = place.file(instance, 'D/Windows/System32/sc.exe');
    const { stdout } = await promisify(execFile)(program, ['qc', 'Cache'], { env: { PATH: dirname(process.execPath) } });
    expect(stdout).toContain('        START_TYPE         : 2   AUTO_START\n');
    expect(stdout).toContain('        BINARY_PATH_NAME   : node E:\\approot\\cache.js 9000\n');
  });

  it('stops a service and deletes it', async () => {
    const { cache } = await service();
    const from = up.story.now;
    expect(await sc(instance, 'delete', 'Cache')).toBe('[SC] DeleteService SUCCESS\n');
    expect(await sc(instance, 'stop', 'Cache')).toMatch(/STATE {14}: 3 {2}STOP_PENDING/);
    expect((await up.story.ended(instance, 'node', from)).cause.kind).toBe('asked');
    expect(isAlive(cache)).toBe(false);
    await expect(sc(instance, 'query', 'Cache')).rejects.toMatchObject({ stdout: expect.stringContaining('FAILED 1060') });
    expect(JSON.parse(readFileSync(place.file(instance, 'D/Windows/System32/config/services.json'), 'utf8'))).toEqual([]);
  });

  it('leaves nothing on the drives for it but itself', () => {
    const folder = place.file(instance, 'D/Windows/System32');
    expect(readdirSync(folder).filter((name) => name.startsWith('sc'))).toEqual(['sc.exe']);
    const itsOwn = readdirSync(join(folder, 'config')).filter((name) => /service|door/.test(name));
    expect(itsOwn.sort()).toEqual(['services.json', 'vm-door.json']);
  });
});
