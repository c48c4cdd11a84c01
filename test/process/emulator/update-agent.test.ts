import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { imageAgentVersion, nextAgentVersion } from '../../../contracts/agent-version.ts';
import type { PlannedDrive } from '../../../contracts/event-plan.ts';
import { readEvents } from '../../../logs/read-events.ts';
import { type Place, places, type RunningEmulator } from '../../support/emulator/start-emulator.ts';

const openPlace = places(afterEach);
const instance = 'Worker_IN_0';
const next = nextAgentVersion(imageAgentVersion);
const started = ['CreatingRole', 'StartingRole', 'BusyRole', 'ReadyRole'];
let place: Place;
let up: RunningEmulator;

beforeEach(async () => {
  place = openPlace('steady', (folder) => {
    // Long enough for something to happen meanwhile.
    const module = join(folder, 'Worker/Worker.dll');
    writeFileSync(
      module,
      readFileSync(module, 'utf8').replace('onStop() {', 'async onStop() {\n    await new Promise((done) => setTimeout(done, 300));'),
    );
  });
  up = place.up();
  await up.ready();
});

const update = (...args: readonly string[]) => place.rolevm('update', 'agent', '-i', instance, ...args);
const pids = async () =>
  Object.fromEntries((await up.ps()).filter((row) => row.instance === instance).map(({ name, pid }) => [name, pid] as const));
const versions = async (emulator = up) =>
  Object.fromEntries((await emulator.status()).instances.map(({ name, agentVersion }) => [name, agentVersion]));
const folders = () =>
  readdirSync(place.file(instance, 'D/Packages/GuestAgent'))
    .filter((name) => name.startsWith('GuestAgent_'))
    .sort();
const systemEvents = async () =>
  (await readEvents(place.file(instance, 'D/Windows/System32/winevt/Logs'))).filter(({ log }) => log === 'System').map(({ id }) => id);
const sc = (...words: readonly string[]) => promisify(execFile)(place.file(instance, 'commands/sc'), words);

describe('rolevm update agent', () => {
  it('stops the role in order, replaces the guest agent on D:, and the new one starts the role; Windows and its other services run on', async () => {
    writeFileSync(place.file(instance, 'D/idle.js'), 'setInterval(() => {}, 60_000);\n');
    await sc('create', 'Idle', 'binPath=', 'node D:\\idle.js');
    await sc('start', 'Idle');
    const [before, events, from] = [await pids(), await systemEvents(), up.story.now];
    const others = { Worker_IN_1: imageAgentVersion, Program_IN_0: imageAgentVersion };
    expect(await versions()).toEqual({ ...others, [instance]: imageAgentVersion });

    expect(await update('--wait')).toMatchObject({ exitCode: 0, stderr: '' });
    await up.story.output(instance, 'OnStop of version 1', from);
    expect(up.story.states(instance, from)).toEqual(['StoppingRole', ...started]);
    const after = await pids();
    expect(after).toMatchObject({ WaAppAgent: before['WaAppAgent'], node: before['node'] });
    expect(after['WindowsAzureGuestAgent']).not.toBe(before['WindowsAzureGuestAgent']);
    expect(await systemEvents()).toEqual(events);

    expect(await versions()).toEqual({ ...others, [instance]: next });
    const shown = (await up.ps()).flatMap((row) =>
      row.agentVersion === undefined ? [] : [[row.name, row.instance, row.agentVersion].join(' ')],
    );
    expect(shown.sort()).toEqual(
      Object.entries({ ...others, [instance]: next })
        .map((pair) => `WindowsAzureGuestAgent ${pair.join(' ')}`)
        .sort(),
    );
    expect(folders()).toEqual([`GuestAgent_${imageAgentVersion}`, `GuestAgent_${next}`]);
    const log = readFileSync(place.file(instance, 'C/Logs/AppAgentRuntime.log'), 'utf8');
    expect([...log.matchAll(/WindowsAzureGuestAgent starting\. Version ([\d.]+)\./g)].map(([, version]) => version)).toEqual([
      imageAgentVersion,
      next,
    ]);
    expect(readFileSync(place.file(instance, 'C/Logs/TransparentInstaller.log'), 'utf8')).toContain(`is version ${next} now and starts`);
  });

  it('takes a version, and refuses one that is none or that is there', async () => {
    expect(await update('--wait', '--agent-version', '3.0.0.7')).toMatchObject({ exitCode: 0 });
    expect((await versions())[instance]).toBe('3.0.0.7');
    for (const version of ['3.0.0.7', '../../../Windows', '3.0'])
      expect((await update('--agent-version', version)).stderr, version).toContain('RV4513');
    expect((await place.rolevm('update', 'host', '--agent-version', '3.0.0.8')).stderr).toContain('RV4514');
    expect(await update('--wait')).toMatchObject({ exitCode: 0 });
    expect((await versions())[instance]).toBe('3.0.0.8');
  });

  it.each(['WaAppAgent', 'WindowsAzureGuestAgent', 'WaHostBootstrapper', 'WaWorkerHost'])(
    'goes on when %s is killed in the middle',
    async (name) => {
      const from = up.story.now;
      const updating = update('--wait');
      await up.story.status(instance, 'StoppingRole', from);
      await up.kill(name, instance);
      expect(await updating).toMatchObject({ exitCode: 0, stderr: '' });
      expect((await versions())[instance]).toBe(next);
      await up.story.item('status', ({ instance: one }) => one.state === 'ReadyRole' && one.agentVersion === next, from);
      const names = (await up.ps()).filter((row) => row.instance === instance).map((row) => row.name);
      expect(names.filter((one) => one.startsWith('Wa') || one.startsWith('Windows')).sort()).toEqual([
        'WaAppAgent',
        'WaHostBootstrapper',
        'WaWorkerHost',
        'WindowsAzureGuestAgent',
      ]);
    },
  );

  it('waits for a WaAppAgent that hangs, with the role Ready and in rotation, and says so', async () => {
    const from = up.story.now;
    const { WaAppAgent = 0 } = await pids();
    process.kill(WaAppAgent, 'SIGSTOP');
    const updating = update('--wait');
    const late = await up.story.item(
      'notice',
      ({ text }) => text.startsWith(`WaAppAgent has not laid WindowsAzureGuestAgent ${next}`),
      from,
    );
    expect(late.instance).toBe(instance);
    const [entry] = (await up.status()).instances;
    expect(entry).toMatchObject({ state: 'ReadyRole', agentVersion: imageAgentVersion, rotation: { inRotation: true } });
    expect(up.story.states(instance, from)).toEqual([]);
    process.kill(WaAppAgent, 'SIGCONT');
    expect(await updating).toMatchObject({ exitCode: 0 });
    expect((await versions())[instance]).toBe(next);
  });

  it('stays over a reboot and an orderly end of the emulator; the plan of a reimage tells what goes, and a reimage brings the image’s', async () => {
    await update('--wait');
    await place.rolevm('reboot', '-i', instance, '--wait');
    expect((await versions())[instance]).toBe(next);
    expect(await up.stop()).toBe(0);
    up = place.up();
    await up.ready();
    expect((await versions())[instance]).toBe(next);

    const planned = async (event: string): Promise<PlannedDrive[]> =>
      JSON.parse((await place.rolevm('plan', event, '-i', instance)).stdout).instances[0].drives;
    const [, kept] = await planned('update-agent');
    expect(kept).toMatchObject({ letter: 'D', fate: 'preserved', filesChanged: 0 });
    const [, D] = await planned('reimage');
    expect(D?.files.filter(({ file }) => file.includes('\\GuestAgent\\'))).toEqual([
      expect.objectContaining({ file: `D:\\Packages\\GuestAgent\\GuestAgent_${next}\\WindowsAzureGuestAgent.exe`, becomes: 'lost' }),
    ]);

    expect(await place.rolevm('reimage', '-i', instance, '--wait')).toMatchObject({ exitCode: 0 });
    expect((await versions())[instance]).toBe(imageAgentVersion);
    expect(folders()).toEqual([`GuestAgent_${imageAgentVersion}`]);
  });

  it('that a kill of the emulator interrupts is over with it: D: is anew, with the image’s', async () => {
    const from = up.story.now;
    const updating = update('--wait');
    await up.story.status(instance, 'StoppingRole', from);
    process.kill((await up.status()).emulator.pid, 'SIGKILL');
    await Promise.all([updating, up.keeper]);
    up = place.up();
    await up.ready();
    expect((await versions())[instance]).toBe(imageAgentVersion);
    expect(folders()).toEqual([`GuestAgent_${imageAgentVersion}`]);
    const again = up.story.now;
    expect(await update('--wait')).toMatchObject({ exitCode: 0 });
    expect(up.story.states(instance, again)).toEqual(['StoppingRole', ...started]);
  });

  it('puts the program back that somebody has deleted', async () => {
    const program = place.file(instance, `D/Packages/GuestAgent/GuestAgent_${imageAgentVersion}/WindowsAzureGuestAgent.exe`);
    const from = up.story.now;
    await promisify(execFile)('rm', [program]);
    await up.kill('WaAppAgent', instance);
    await up.story.started(instance, 'WaAppAgent', from);
    await up.kill('WindowsAzureGuestAgent', instance);
    await up.story.status(instance, 'ReadyRole', from);
    expect(existsSync(program)).toBe(true);
  });
});
