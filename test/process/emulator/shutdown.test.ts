import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readEvents } from '../../../logs/read-events.ts';
import { type Place, places, program, type RunningEmulator } from '../../support/emulator/start-emulator.ts';

const openShared = places(afterAll);
const openPlace = places(afterEach);
const instance = 'Guarded_IN_0';
let place: Place;
let up: RunningEmulator;
beforeAll(async () => {
  place = openShared('rebooting');
  up = place.up({ timings: { stableReadyMs: 0 } });
  await up.ready();
});

const start = ['RoleStateUnknown', 'CreatingVM', 'StartingVM', 'CreatingRole', 'StartingRole'];
const restart = ['StoppingVM', 'StartingVM', 'CreatingRole', 'StartingRole'];

/** Numbers of the System log that Windows and `shutdown` write, the oldest first. */
async function systemEvents(of: Place, name: string): Promise<readonly { id: number; message: string }[]> {
  const entries = await readEvents(of.file(name, 'D/Windows/System32/winevt/Logs'));
  return entries.filter(({ log, id }) => log === 'System' && [1074, 6005, 6006, 6008].includes(id));
}

/** The program on D:, as a session on the VM finds it. @returns exit code and what it says */
async function shutdown(...words: readonly string[]): Promise<string> {
  const args = [program, 'rdp', instance, '--', 'shutdown', ...words];
  const { exitCode, all } = await execa(process.execPath, args, {
    env: place.env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    all: true,
  });
  return `${exitCode} ${all}`.trim();
}

describe('shutdown /r in a startup task', () => {
  it('restarts Windows once where a marker on C: keeps it from doing so again', async () => {
    expect(up.story.states(instance)).toEqual([...start, ...restart, 'BusyRole', 'ReadyRole']);
    await up.story.output(instance, 'restarted before');
    expect(up.story.of('notice').flatMap((item) => (item.instance === instance ? [item.text] : []))).toContain(
      'Windows was told from inside to restart now: an installer wants it',
    );
    const events = await systemEvents(place, instance);
    expect(events.map(({ id }) => id)).toEqual([6005, 1074, 6006, 6005]);
    expect(events[1]?.message).toMatch(/^The process D:\\Windows\\System32\\shutdown\.exe \(RD\w+\) has initiated the shutdown/);
  });

  it('is denied to a limited task', async () => {
    await up.story.output('Limited_IN_0', 'shutdown: 5 Access is denied.(5)');
    expect(up.story.states('Limited_IN_0')).not.toContain('StoppingVM');
  });

  it('without a marker is an endless loop of StartingVM and StartingRole, which ends when the emulator is told to', async () => {
    const looping = openPlace('looping');
    const emulator = looping.up();
    const starts = () => emulator.story.states('Endless_IN_0').filter((state) => state === 'StartingVM').length;
    while (starts() < 4) await emulator.story.status('Endless_IN_0', 'StartingVM', emulator.story.now);
    const states = emulator.story.states('Endless_IN_0');
    const twice = [...start, ...restart, ...restart];
    expect(states.slice(0, twice.length)).toEqual(twice);
    expect(states).not.toContain('ReadyRole');
    const { exitCode } = await looping.rolevm('down');
    expect(exitCode).toBe(0);
    expect((await emulator.keeper).exitCode).toBe(0);
    expect(emulator.story.states('Endless_IN_0').at(-1)).toBe('StoppedVM');
    const ids = (await systemEvents(looping, 'Endless_IN_0')).map(({ id }) => id);
    expect(ids.slice(0, 6)).toEqual([6005, 1074, 6006, 6005, 1074, 6006]);
    expect(ids).not.toContain(6008);
  });
});

describe('shutdown in a session', () => {
  it('restarts Windows in order: services stop in reverse, nobody in the role is asked, the drives stay', async () => {
    for (const path of ['C/kept', 'D/kept', 'E/approot/kept']) writeFileSync(place.file(instance, path), '');
    const from = up.story.now;
    await shutdown('/r', '/t', '0');
    await up.story.status(instance, 'ReadyRole', from);
    expect(up.story.states(instance, from)).toEqual([...restart, 'BusyRole', 'ReadyRole']);
    expect(up.story.printed(instance, from)).not.toContain('OnStop');
    const services = ['WindowsAzureGuestAgent', 'WaAppAgent'];
    const ended = up.story.of('process.ended', from).filter(({ name }) => services.includes(name));
    expect(ended.map(({ name, cause }) => [name, cause.kind])).toEqual(services.map((name) => [name, 'asked']));
    for (const path of ['C/kept', 'D/kept', 'E/approot/kept']) expect(existsSync(place.file(instance, path)), path).toBe(true);
    expect((await systemEvents(place, instance)).map(({ id }) => id).slice(-3)).toEqual([1074, 6006, 6005]);
  });

  it('waits for its delay, and can be called off until then', async () => {
    const from = up.story.now;
    expect(await shutdown('/r', '/t', '36000')).toBe('0');
    expect(await shutdown('/s', '/t', '0')).toMatch(/^\d+ A system shutdown has already been scheduled\.\(1190\)$/);
    expect(await shutdown('/a')).toBe('0');
    expect(await shutdown('/a')).toMatch(/^\d+ Unable to abort the system shutdown because no shutdown was in progress\.\(1116\)$/);
    expect(up.story.states(instance, from)).toEqual([]);
    // The platform starts what has shut itself down.
    expect(await shutdown('/s', '/t', '20')).toBe('0');
    await up.story.status(instance, 'ReadyRole', from);
    expect(up.story.states(instance, from)).toEqual([...restart, 'BusyRole', 'ReadyRole']);
  });

  it('ends with the VM’s power: what was to come is forgotten', async () => {
    expect(await shutdown('/r', '/t', '36000')).toBe('0');
    const from = up.story.now;
    await place.rolevm('reboot', '--instance', instance, '--wait');
    expect(up.story.states(instance, from).at(-1)).toBe('ReadyRole');
    expect(await shutdown('/a')).toContain('(1116)');
    await promisify(execFile)(place.file(instance, 'commands/shutdown'), ['/?']);
  });
});
