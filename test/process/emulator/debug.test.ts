import { existsSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DebuggedProcess, DebugResult, PsEntry } from '../../../contracts/control-api.ts';
import { breakIn, connectInspector, type InspectorTarget } from '../../../kernel/inspector/index.ts';
import { isAlive, type ProcessIdentity, processIdentity, readProcess } from '../../../kernel/process-table/index.ts';
import { type Place, places, type RunningEmulator } from '../../support/emulator/start-emulator.ts';

const openPlace = places(afterAll);
const openOwnPlace = places(afterEach);

/** A minute is a second, the ten minutes are ten. */
const speed = 60;
let place: Place;
let up: RunningEmulator;
beforeAll(async () => {
  place = openPlace('steady', (folder) => writeFileSync(join(folder, 'Program/serve.js'), serving));
  up = place.up({ speed, timings: { stableReadyMs: 0 } });
  await up.ready();
});

/** A program that answers whoever connects. */
const serving = `
const server = require('node:net').createServer((socket) => socket.end('hello'));
server.listen(0, '127.0.0.1', () => console.log('serves on ' + server.address().port));
`;

async function ask(port: number): Promise<string> {
  let answer = '';
  for await (const chunk of connect(port, '127.0.0.1')) answer += String(chunk);
  return answer;
}

async function debug(action: string, ...args: readonly string[]): Promise<readonly DebuggedProcess[]> {
  const { exitCode, stdout, stderr } = await place.rolevm('debug', action, ...args);
  if (exitCode !== 0) throw new Error(`${exitCode}: ${stderr}`);
  return (JSON.parse(stdout) as DebugResult).processes;
}

async function row(instance: string, name: string): Promise<PsEntry> {
  const found = (await up.ps()).find((process) => process.instance === instance && process.name === name);
  if (found === undefined) throw new Error(`${instance} has no ${name}`);
  return found;
}

const stateOf = async (instance: string, name: string) => (await row(instance, name)).state;
const statusOf = async (instance: string) => (await up.status()).instances.find(({ name }) => name === instance);

async function identitiesOf(instance: string): Promise<readonly ProcessIdentity[]> {
  return (await up.ps()).flatMap((process) => (process.instance === instance ? (processIdentity(process.pid) ?? []) : []));
}

describe('while WindowsAzureGuestAgent is broken into', () => {
  it('nobody starts the role again and nobody ends its job: the host serves on until it is killed by hand, and detach brings the role back', async () => {
    const port = Number((await up.story.output('Program_IN_0', 'serves on')).line.replace('serves on ', ''));
    const before = await identitiesOf('Program_IN_0');
    const from = up.story.now;
    const [broken] = await debug('break', '--instance', 'Program_IN_0');
    expect(broken).toMatchObject({ instance: 'Program_IN_0', name: 'WindowsAzureGuestAgent', state: 'broken into' });
    expect(await stateOf('Program_IN_0', 'WindowsAzureGuestAgent')).toBe('broken into');

    await up.kill('WaHostBootstrapper', 'Program_IN_0');
    // A minute later: the job would have been ended after three seconds, the next bootstrapper started after twenty.
    await up.story.status('Program_IN_0', 'UnresponsiveRole', from);
    expect(up.story.of('process.started', from)).toEqual([]);
    expect((await up.ps()).filter(({ instance }) => instance === 'Program_IN_0').map(({ name }) => name)).toEqual([
      'WaAppAgent',
      'WindowsAzureGuestAgent',
      'WaWorkerHost',
      'serve.js',
    ]);
    expect(await ask(port)).toBe('hello');

    const host = await row('Program_IN_0', 'WaWorkerHost');
    await up.kill('WaWorkerHost', 'Program_IN_0');
    expect(readProcess(host.pid)?.state ?? 'Z').toBe('Z');

    const [gone] = await debug('detach');
    expect(gone).toMatchObject({ instance: 'Program_IN_0', state: 'running' });
    await up.story.status('Program_IN_0', 'ReadyRole', from);
    expect((await up.story.ended('Program_IN_0', 'WaHostBootstrapper', from)).cause).toEqual({ kind: 'killed', signal: 'SIGKILL' });
    expect((await up.story.ended('Program_IN_0', 'WaWorkerHost', from)).cause).toEqual({ kind: 'unseen' });
    expect((await up.story.ended('Program_IN_0', 'serve.js', from)).cause).toEqual({ kind: 'jobClosed', signal: 'SIGKILL' });
    expect(up.story.states('Program_IN_0', from)).toEqual([
      'UnresponsiveRole',
      'RestartingRole',
      'CreatingRole',
      'StartingRole',
      'BusyRole',
      'ReadyRole',
    ]);
    const alive = before.filter((identity) => isAlive(identity));
    expect(alive.map(({ pid }) => readProcess(pid)?.name)).toEqual(['WaAppAgent', 'WindowsAzureGue']);
    expect(up.story.of('debug', from).map(({ name, state }) => `${name} ${state}`)).toEqual([
      'WindowsAzureGuestAgent broken into',
      'WindowsAzureGuestAgent running',
    ]);
  });

  it('the ten minutes burn in sight: at ten the VM restarts with everything in it, just before it detaching is safe', async () => {
    for (const path of ['C/kept', 'D/kept', 'E/approot/kept']) writeFileSync(place.file('Worker_IN_0', path), '');
    const [burnt, saved] = [await identitiesOf('Worker_IN_0'), await identitiesOf('Worker_IN_1')];
    const from = up.story.now;
    const begun = Date.now();
    await debug('break', 'windowsazureguestagent.EXE', '--instance', 'Worker_IN_0');
    await debug('break', '--instance', 'Worker_IN_1');
    const known = [await statusOf('Worker_IN_0'), await statusOf('Worker_IN_1')];
    const rows = [await row('Worker_IN_0', 'WindowsAzureGuestAgent'), await row('Worker_IN_1', 'WindowsAzureGuestAgent')];
    expect(known.map((entry) => entry?.debugged?.map(({ name, state }) => `${name} ${state}`))).toEqual([
      ['WindowsAzureGuestAgent broken into'],
      ['WindowsAzureGuestAgent broken into'],
    ]);
    const [restartAt = 0, safeUntil = 0] = known.map((entry) => Date.parse(entry?.vmRestartAt ?? ''));
    expect(rows.map(({ vmRestartAt }) => Date.parse(vmRestartAt ?? ''))).toEqual([restartAt, safeUntil]);
    expect(up.story.of('debug', from).map(({ vmRestartAt }) => Date.parse(vmRestartAt ?? ''))).toEqual([restartAt, safeUntil]);
    // Ten minutes after the last sign of life, and one is given every five seconds.
    expect(restartAt - begun).toBeGreaterThan(tenMinutesMs - heartbeatMs - toleranceMs);
    const { vmRestartAt } = await up.story.status('Worker_IN_0', 'UnresponsiveRole', from);
    expect(Date.parse(vmRestartAt ?? '')).toBe(restartAt);

    await pause(safeUntil - Date.now() - detachTakesMs);
    const late = up.story.now;
    await debug('detach', '--instance', 'Worker_IN_1');
    await up.story.status('Worker_IN_1', 'ReadyRole', late);
    const { at } = await up.story.item(
      'status',
      ({ instance }) => instance.name === 'Worker_IN_0' && instance.state === 'StoppingVM',
      from,
    );
    expect(Date.parse(at)).toBeGreaterThan(restartAt - toleranceMs);
    await up.story.status('Worker_IN_0', 'ReadyRole', from);

    expect(up.story.states('Worker_IN_1', from)).toEqual(['UnresponsiveRole', 'ReadyRole']);
    expect(saved.filter((identity) => !isAlive(identity))).toEqual([]);
    expect(up.story.states('Worker_IN_0', from)).toEqual([
      'UnresponsiveRole',
      'StoppingVM',
      'StartingVM',
      'CreatingRole',
      'StartingRole',
      'BusyRole',
      'ReadyRole',
    ]);
    expect(burnt.filter((identity) => isAlive(identity))).toEqual([]);
    const told = up.story.of('process.ended', from).filter((item) => burnt.some(({ pid }) => pid === item.pid));
    expect(told).toHaveLength(burnt.length);
    expect(new Set(told.map(({ cause }) => cause.kind))).toEqual(new Set(['jobClosed']));
    for (const path of ['C/kept', 'D/kept', 'E/approot/kept']) expect(existsSync(place.file('Worker_IN_0', path)), path).toBe(true);
    expect(await debug('list')).toEqual([]);
    expect((await statusOf('Worker_IN_0'))?.vmRestartAt).toBeUndefined();
  });

  it('a kill ends it, and its successor is free', async () => {
    const from = up.story.now;
    await debug('break', '--instance', 'Program_IN_0');
    await up.kill('WindowsAzureGuestAgent', 'Program_IN_0');
    await up.story.status('Program_IN_0', 'ReadyRole', from);
    expect(await stateOf('Program_IN_0', 'WindowsAzureGuestAgent')).toMatch(/^alive/);
    expect(await debug('list')).toEqual([]);
  });
});

describe('any other process', () => {
  it.each(['WaAppAgent', 'WaHostBootstrapper', 'WaWorkerHost'])('%s is broken into and goes on, and the role stays Ready', async (name) => {
    const from = up.story.now;
    const before = await identitiesOf('Worker_IN_0');
    await debug('break', name, '--instance', 'Worker_IN_0');
    expect(await stateOf('Worker_IN_0', name)).toBe('broken into');
    expect((await statusOf('Worker_IN_0'))?.vmRestartAt).toBeUndefined();
    expect(await debug('list')).toMatchObject([{ name, state: 'broken into' }]);
    await debug('detach', name, '--instance', 'Worker_IN_0');
    expect(await stateOf('Worker_IN_0', name)).toMatch(/watching|ready|running/);
    expect(up.story.states('Worker_IN_0', from)).toEqual([]);
    expect(before.filter((identity) => !isAlive(identity))).toEqual([]);
  });

  it('that is not played is suspended by a signal, also one that is named by its pid', async () => {
    const task = await row('Worker_IN_1', 'collect.js');
    const program = await row('Program_IN_0', 'serve.js');
    await debug('break', String(task.pid));
    await debug('break', 'serve.js');
    expect([task, program].map(({ pid }) => readProcess(pid)?.state)).toEqual(['T', 'T']);
    expect(await stateOf('Worker_IN_1', 'collect.js')).toBe('suspended');
    expect((await debug('list')).map(({ pid, state }) => [pid, state])).toEqual([
      [task.pid, 'suspended'],
      [program.pid, 'suspended'],
    ]);
    expect(await debug('detach')).toHaveLength(2);
    expect([task, program].map(({ pid }) => readProcess(pid)?.state)).not.toContain('T');
  });

  it('is refused in one sentence when there is none, or nothing to let go of', async () => {
    const refusal = async (...args: readonly string[]) => {
      const { exitCode, stderr } = await place.rolevm('debug', ...args);
      return [exitCode, JSON.parse(stderr).error.code];
    };
    expect(await refusal('break', 'WaIISHost')).toEqual([1, 'RV4201']);
    expect(await refusal('break', '--instance', 'Worker_IN_9')).toEqual([1, 'RV4405']);
    expect(await refusal('detach')).toEqual([1, 'RV4502']);
    expect(await refusal('detach', 'WaWorkerHost')).toEqual([1, 'RV4502']);
    expect(await refusal('attach', 'serve.js')).toEqual([1, 'RV4504']);
    expect(await refusal('pause')).toEqual([2, 'RV6204']);
    expect(await debug('list')).toEqual([]);
  });
});

describe('another debugger', () => {
  async function attached(instance: string, name: string): Promise<InspectorTarget> {
    const [{ inspector } = {} as DebuggedProcess] = await debug('attach', name, '--instance', instance);
    const { webSocketUrl = '', devtoolsUrl = '' } = inspector ?? {};
    expect(devtoolsUrl).toContain(webSocketUrl.replace('ws://', 'ws='));
    return { webSocketUrl, devtoolsUrl, port: Number(new URL(webSocketUrl).port) };
  }

  it('stops the guest agent through the address that attach prints, to the same effect, and lets it go on by leaving', async () => {
    const from = up.story.now;
    const target = await attached('Worker_IN_0', 'WindowsAzureGuestAgent');
    expect(await stateOf('Worker_IN_0', 'WindowsAzureGuestAgent')).toBe('alive.ready (attached)');
    const session = await breakIn(target);
    const { state, vmRestartAt } = await row('Worker_IN_0', 'WindowsAzureGuestAgent');
    expect([state, vmRestartAt === undefined]).toEqual(['broken into', false]);
    await up.story.status('Worker_IN_0', 'UnresponsiveRole', from);

    const left = up.story.now;
    session.close();
    await up.story.status('Worker_IN_0', 'ReadyRole', left);
    expect(await debug('list')).toMatchObject([{ name: 'WindowsAzureGuestAgent', state: 'attached' }]);

    await debug('detach');
    await expect(connectInspector(target)).rejects.toThrow(/ECONNREFUSED/);
    expect(up.story.states('Worker_IN_0', from)).toEqual(['UnresponsiveRole', 'ReadyRole']);
  });

  it('is thrown out by detach, and what it has stopped goes on', async () => {
    const session = await breakIn(await attached('Worker_IN_0', 'WaWorkerHost'));
    await debug('detach', 'WaWorkerHost');
    expect(await session.until(session.closed)).toBe(true);
    expect(await stateOf('Worker_IN_0', 'WaWorkerHost')).toBe('entryPoint.running');
  });

  it('may let go on what rolevm has broken into', async () => {
    const [broken] = await debug('break', 'WaWorkerHost', '--instance', 'Worker_IN_0');
    const session = await connectInspector(await attached('Worker_IN_0', 'WaWorkerHost'));
    expect(broken?.state).toBe('broken into');
    await session.call('Debugger.enable');
    await session.call('Debugger.resume');
    await up.story.item('debug', ({ name, state }) => name === 'WaWorkerHost' && state === 'attached', up.story.now - 1);
    expect(await stateOf('Worker_IN_0', 'WaWorkerHost')).toBe('entryPoint.running (attached)');
    session.close();
    await debug('detach');
  });

  it('does not keep a role from being recycled', async () => {
    const from = up.story.now;
    const session = await connectInspector(await attached('Worker_IN_0', 'WaWorkerHost'));
    await place.rolevm('recycle', '--instance', 'Worker_IN_0');
    const { cause } = await up.story.ended('Worker_IN_0', 'WaWorkerHost', from);
    expect(cause).toEqual({ kind: 'asked', code: 0 });
    await up.story.status('Worker_IN_0', 'ReadyRole', from);
    expect(session.closed()).toBe(true);
  });
});

describe('a stop', () => {
  /** Short enough to wait for; the least that it may be is a second for OnStop and two for the exit of the host. */
  const timings = { onStopMs: 40_000 };

  it('comes to its end whatever is broken into: agent, bootstrapper, host', async () => {
    place = openOwnPlace('steady');
    up = place.up({ timings });
    await up.ready();
    await debug('break', '--instance', 'Worker_IN_0');
    await debug('break', 'WaHostBootstrapper', '--instance', 'Worker_IN_1');
    await debug('break', 'WaWorkerHost', '--instance', 'Program_IN_0');
    expect(await up.stop()).toBe(0);
    expect(up.errors()).toBe('');
    for (const instance of ['Worker_IN_0', 'Worker_IN_1', 'Program_IN_0']) expect(up.story.states(instance).at(-1)).toBe('StoppedVM');
    const said = (instance?: string) => up.story.of('notice').flatMap((item) => (item.instance === instance ? [item.text] : []));
    expect(said()).toEqual([expect.stringMatching(/^Worker_IN_0 does not hear of it while/)]);
    // Whom each stop was waiting for, for how long, and what became of it.
    expect(said('Worker_IN_0').at(-1)).toMatch(/^WindowsAzureGuestAgent \(\d+\) has not answered for \d+ s; it cannot be told to stop, so/);
    expect(said('Worker_IN_1').at(-1)).toMatch(/^WaHostBootstrapper \(\d+\) was told to stop and has not answered for \d+ s; it is killed/);
    expect(said('Program_IN_0').join('\n')).toMatch(/^WaWorkerHost \(\d+\) has not returned from OnStop after 40 s; it is killed/m);
    expect((await up.story.ended('Worker_IN_1', 'WaHostBootstrapper')).cause).toEqual({ kind: 'timedOut', signal: 'SIGKILL' });
    expect((await up.story.ended('Program_IN_0', 'WaWorkerHost')).cause).toEqual({ kind: 'timedOut', signal: 'SIGKILL' });
  });

  it('is forced by a second Ctrl-C at once', async () => {
    place = openOwnPlace('steady');
    up = place.up();
    await up.ready();
    await debug('break');
    up.pressCtrlC();
    await up.story.item('stopping', () => true);
    await pause(sameKeyMs);
    up.pressCtrlC();
    expect((await up.keeper).exitCode).toBe(130);
  });

  it('of a role alone goes on too: a recycle replaces a bootstrapper that is broken into', async () => {
    place = openOwnPlace('steady');
    up = place.up({ timings });
    await up.ready();
    const from = up.story.now;
    await debug('break', 'WaHostBootstrapper', '--instance', 'Worker_IN_0');
    const { exitCode } = await place.rolevm('recycle', '--instance', 'Worker_IN_0');
    expect(exitCode).toBe(0);
    await up.story.status('Worker_IN_0', 'ReadyRole', from);
    expect(up.story.states('Worker_IN_0', from)).toEqual(['CreatingRole', 'StartingRole', 'BusyRole', 'ReadyRole']);
  });
});

/** Real milliseconds of ten minutes and of a heartbeat at this speed. */
const tenMinutesMs = 600_000 / speed;
const heartbeatMs = 5_000 / speed;
/** Two stamps are made in two processes. */
const toleranceMs = 50;
/** Until a command that was started now has detached; a minute and a half of the VM's time. */
const detachTakesMs = 1_500;
/** Until a Ctrl-C is taken for another one, and a little more. */
const sameKeyMs = 600;
