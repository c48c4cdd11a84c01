import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StateFile } from '../../contracts/control-api.ts';
import type { VmEventName } from '../../contracts/events.ts';
import { request } from '../../control/client.ts';
import { runningState } from '../../control/state-file.ts';
import { isAlive, type ProcessIdentity, processIdentity } from '../../kernel/process-table/index.ts';
import { type Place, places, program, type RunningEmulator } from '../support/emulator/start-emulator.ts';
import { watched } from '../support/emulator/watched.ts';

const openPlace = places(afterAll);

/** A minute is a second, the ten minutes are ten seconds. */
const speed = 60;
/** The guest agent asks its bootstrapper every half a minute: a window is what is left of that when its twenty seconds are over. */
const heartbeatMs = 30_000;
const workers = ['Worker_IN_0', 'Worker_IN_1', 'Worker_IN_2', 'Worker_IN_3'];

let place: Place;
let up: RunningEmulator;
let version2: string;
/** What the ten minutes made of two instances; they burn while the other points are seen to. */
let fuse: Promise<Fuse>;
beforeAll(async () => {
  place = openPlace('acceptance');
  version2 = join(place.service, 'patches/Worker.dll');
  up = place.up({ speed, timings: { stableReadyMs: 0, heartbeatMs }, args: ['--strict-locks'] });
  await up.ready();
  fuse = burnFuse('Program_IN_1', 'Program_IN_2');
  // Whoever looks at it later is told.
  fuse.catch(() => {});
});

const dllOf = (instance: string) => place.file(instance, 'E/approot/Worker.dll');
const entryOf = async (instance: string) => (await up.status()).instances.find(({ name }) => name === instance);

/** @throws Error when the command refuses */
async function command(...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await place.rolevm(...args);
  if (exitCode !== 0) throw new Error(`rolevm ${args.join(' ')}: ${exitCode} ${stderr}`);
  return stdout;
}

function emulator(): StateFile {
  const state = runningState(place.stateDirectory);
  if (state === undefined) throw new Error('no emulator');
  return state;
}

/** What a server says to who connects. */
async function ask(port: number): Promise<string> {
  let answer = '';
  try {
    for await (const chunk of connect(port, '127.0.0.1')) answer += String(chunk);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
  return answer;
}

const portIn = (line: string) => Number(/ on (\d+)$/.exec(line)?.[1]);

/** Copies the second version over the first in the windows that a kill of the bootstrappers opens. */
async function patchInWindow(instances: readonly string[]): Promise<void> {
  const from = up.story.now;
  const patched = Promise.all(instances.map((instance) => command('patch', version2, '--wait', '--instance', instance)));
  await Promise.all(instances.map((instance) => up.kill('WaHostBootstrapper', instance)));
  await patched;
  await Promise.all(instances.map((instance) => up.story.status(instance, 'ReadyRole', from)));
}

interface Fuse {
  readonly from: number;
  readonly restartAt: number;
  readonly burnt: readonly ProcessIdentity[];
  readonly saved: readonly ProcessIdentity[];
}

/** Breaks into the agents of both, and lets go of the second one just before its ten minutes are over. */
async function burnFuse(burning: string, saving: string): Promise<Fuse> {
  const processes = await up.ps();
  const identities = (instance: string) =>
    processes.flatMap((entry) => (entry.instance === instance ? (processIdentity(entry.pid) ?? []) : []));
  const [burnt, saved] = [identities(burning), identities(saving)];
  const from = up.story.now;
  await command('debug', 'break', '--instance', burning);
  await command('debug', 'break', '--instance', saving);
  const [restartAt = 0, safeUntil = 0] = [await entryOf(burning), await entryOf(saving)].map((entry) =>
    Date.parse(entry?.vmRestartAt ?? ''),
  );
  await pause(safeUntil - Date.now() - aMinuteMs);
  // As the command does, without the moment that it takes to start.
  await request(emulator(), 'POST /debug', { action: 'detach', instance: saving });
  return { from, restartAt, burnt, saved };
}

/** Real milliseconds. */
const aMinuteMs = 60_000 / speed;
/** Two stamps are made in two processes. */
const toleranceMs = 50;

describe('AB 11', () => {
  it('1. the DLL is locked while the host runs: a copy before the kill fails', async () => {
    const [instance = ''] = workers;
    const version1 = readFileSync(dllOf(instance), 'utf8');
    const { exitCode, stderr } = await place.rolevm('patch', version2, '--instance', instance);
    expect([exitCode, JSON.parse(stderr).error.code]).toEqual([1, 'RV4303']);
    expect(stderr).toContain('WaWorkerHost (');
    await watched(up, place, instance);
    const from = up.story.now;
    copyFileSync(version2, dllOf(instance));
    const { text } = await up.story.item('file', (item) => item.instance === instance && item.text.endsWith('It was undone'), from);
    expect(text).toContain('(32, sharing violation)');
    expect(readFileSync(dllOf(instance), 'utf8')).toBe(version1);
  });

  it('2. the length of the window varies and is less than a minute', async () => {
    const from = up.story.now;
    await Promise.all(workers.map((instance) => up.kill('WaHostBootstrapper', instance)));
    const windows = await Promise.all(
      workers.map(async (instance) => {
        const opened = Date.parse((await up.story.ended(instance, 'WaHostBootstrapper', from)).at);
        const closed = Date.parse((await up.story.started(instance, 'WaHostBootstrapper', from)).at);
        await up.story.status(instance, 'ReadyRole', from);
        await up.story.output(instance, 'Run of version 1', from);
        return ((closed - opened) * speed) / 1_000;
      }),
    );
    expect(Math.min(...windows)).toBeGreaterThan(19);
    expect(Math.max(...windows)).toBeLessThan(60);
    expect(Math.max(...windows) - Math.min(...windows)).toBeGreaterThan(1);
  });

  it('3. the new process loads the new file', async () => {
    const hosts = async (from: number) =>
      (await Promise.all(workers.map((name) => up.story.started(name, 'WaWorkerHost', from)))).map(({ pid }) => pid);
    const before = up.story.now;
    const former = (await up.ps()).filter(({ name }) => name === 'WaWorkerHost').map(({ pid }) => pid);
    await patchInWindow(workers);
    expect((await hosts(before)).filter((pid) => former.includes(pid))).toEqual([]);
    for (const instance of workers) {
      await up.story.output(instance, 'Run of version 2', before);
      expect(up.story.printed(instance, before)).not.toContain('Run of version 1');
    }
  });

  it('4. the fix is kept after a recycle and a reboot inside the VM, and gone after portal reboot, reimage, upgrade and migration', async () => {
    const [one = '', two = '', three = '', four = ''] = workers;
    expect(workers.filter((instance) => readFileSync(dllOf(instance), 'utf8') !== readFileSync(version2, 'utf8'))).toEqual([]);
    const goesOnWith = async (version: number, events: readonly (readonly [VmEventName, string])[]) => {
      const from = up.story.now;
      await Promise.all(events.map(([event, instance]) => request(emulator(), 'POST /event', { event, instance })));
      await Promise.all(events.map(([, instance]) => up.story.output(instance, `Run of version ${version}`, from)));
      await Promise.all(events.map(([, instance]) => up.story.status(instance, 'ReadyRole', from)));
      expect(events.filter(([, instance]) => up.story.printed(instance, from).includes(`Run of version ${3 - version}`))).toEqual([]);
    };
    await goesOnWith(2, [
      ['recycle', one],
      ['reboot', two],
    ]);
    await goesOnWith(1, [
      ['portal-reboot', one],
      ['reimage', two],
      ['upgrade', three],
      ['migrate', four],
    ]);
    // Windows stays on at an upgrade, and the letter says that it was one.
    expect([existsSync(dllOf(three)), existsSync(place.file(three, 'F/approot/Worker.dll'))]).toEqual([false, true]);
  });

  // These have an instance of their own each, or what is left of the workers.
  it.concurrent('5. after the break-in the orphaned host goes on serving until it is killed', async () => {
    const port = portIn((await up.story.output('Program_IN_0', 'serves on')).line);
    const from = up.story.now;
    await command('debug', 'break', '--instance', 'Program_IN_0');
    await up.kill('WaHostBootstrapper', 'Program_IN_0');
    // A minute: three seconds after the kill its job would have been ended, after twenty to fifty the next one started.
    await up.story.status('Program_IN_0', 'UnresponsiveRole', from);
    expect(up.story.of('process.started', from).filter(({ instance }) => instance === 'Program_IN_0')).toEqual([]);
    expect(await ask(port)).toBe('hello');
    await up.kill('WaWorkerHost', 'Program_IN_0');
    await up.kill('serve.js', 'Program_IN_0');
    expect(await ask(port)).toBe('ECONNREFUSED');
    await command('debug', 'detach', '--instance', 'Program_IN_0');
  });

  it.concurrent('6. the default probe of the load balancer fails while the agent is frozen', async () => {
    const [instance = '', other = ''] = workers;
    const rotates = (inRotation: boolean, from: number) =>
      up.story.item('rotation', (item) => item.instance === instance && item.rotation.inRotation === inRotation, from);
    if ((await entryOf(instance))?.rotation?.inRotation !== true) await rotates(true, 0);
    const from = up.story.now;
    await command('debug', 'break', '--instance', instance);
    expect((await rotates(false, from)).rotation).toMatchObject({ reason: 'probe', probe: { answer: 'unanswered' } });
    expect((await entryOf(other))?.rotation?.inRotation).toBe(true);
    const detached = up.story.now;
    await command('debug', 'detach', '--instance', instance);
    expect((await rotates(true, detached)).rotation).toMatchObject({ probe: { answer: 200 } });
  });

  it.concurrent('7. at ten minutes the VM reboots, and a detach just before that is safe', async () => {
    const { from, restartAt, burnt, saved } = await fuse;
    await up.story.status('Program_IN_1', 'ReadyRole', from);
    expect(up.story.states('Program_IN_1', from)).toEqual([
      'UnresponsiveRole',
      'StoppingVM',
      'StartingVM',
      'CreatingRole',
      'StartingRole',
      'BusyRole',
      'ReadyRole',
    ]);
    const { at } = await up.story.item(
      'status',
      ({ instance: { name, state } }) => name === 'Program_IN_1' && state === 'StoppingVM',
      from,
    );
    expect(Date.parse(at)).toBeGreaterThan(restartAt - toleranceMs);
    expect(burnt.filter((identity) => isAlive(identity))).toEqual([]);
    expect(up.story.states('Program_IN_2', from)).toEqual(['UnresponsiveRole', 'ReadyRole']);
    expect(saved.filter((identity) => !isAlive(identity))).toEqual([]);
  });

  it.concurrent('8. iisreset is a trap: the site refuses connections while the instance is Ready, until net start w3svc', async () => {
    const instance = 'Site_IN_0';
    const port = portIn((await up.story.output(instance, 'site on')).line);
    const rdp = async (...words: readonly string[]) => {
      const args = [program, 'rdp', instance, '--', ...words];
      const { exitCode, stdout } = await execa(process.execPath, args, {
        env: place.env,
        extendEnv: false,
        reject: false,
        stdin: 'ignore',
      });
      return { exitCode, stdout };
    };
    expect(await ask(port)).toBe('hello');
    const { exitCode, stdout } = await rdp('iisreset');
    expect([exitCode, stdout.split('\n').at(-1)]).toEqual([0, 'Internet services successfully restarted']);
    expect([await ask(port), (await entryOf(instance))?.state]).toEqual(['ECONNREFUSED', 'ReadyRole']);
    expect((await rdp('sc', 'query', 'was')).stdout).toContain('RUNNING');
    // The next start of the role does not help either: it has no IISConfigurator.
    const from = up.story.now;
    await command('recycle', '--instance', instance, '--wait');
    expect([await ask(port), up.story.states(instance, from).at(-1)]).toEqual(['ECONNREFUSED', 'ReadyRole']);
    expect((await rdp('net', 'start', 'w3svc')).exitCode).toBe(0);
    await up.story.output(instance, `site on ${port}`, from);
    expect(await ask(port)).toBe('hello');
  });

  it.concurrent('9. a startup task that is not repeatable turns a hot patch into a role that recycles', async () => {
    const instance = 'Once_IN_0';
    const from = up.story.now;
    const patched = command('patch', join(place.service, 'Once/Once.dll'), '--wait', '--instance', instance);
    await up.kill('WaHostBootstrapper', instance);
    await patched;
    expect((await up.story.status(instance, 'RestartingRole', from)).state).toBe('RestartingRole');
    const { details } = await up.story.status(instance, 'CyclingRole', from);
    expect(details).toContain('once.js" exited with code 3');
    expect(up.story.states(instance, from)).not.toContain('ReadyRole');
    expect(up.story.printed(instance, from)).not.toContain('Run of Once');
  });
});
