import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAlive, processIdentity, readProcess } from '../../../kernel/process-table/index.ts';
import { namesOf, nothingLeft, processesOf } from '../../support/emulator/processes-of.ts';
import { type Place, places, type RunningEmulator } from '../../support/emulator/start-emulator.ts';

const openPlace = places(afterEach);
let place: Place;
let up: RunningEmulator;
let escaped: number;
beforeEach(async () => {
  place = openPlace('escaping');
  up = place.up();
  const { line } = await up.story.output('Escaping_IN_0', 'escaped as');
  escaped = Number(line.replace('escaped as ', ''));
  await up.ready();
});

/** In this time everything of a dead emulator has to be gone. */
const promiseMs = 10_000;

async function pidOf(name: string, instance: string): Promise<number> {
  const found = (await up.ps()).find((process) => process.name === name && process.instance === instance);
  if (found === undefined) throw new Error(`${instance} has no ${name}`);
  return found.pid;
}

const emulatorPid = async () => (await up.status()).emulator.pid;
const notices = (emulator: RunningEmulator) => emulator.story.of('notice').map(({ text }) => text);

describe('a killed rolevm up', () => {
  it('is a power loss: within ten seconds its keeper has ended every process, stopped and escaped ones included', async () => {
    const pids = processesOf(place.stateDirectory).map(({ pid }) => pid);
    expect(pids).toContain(escaped);
    for (const pid of [await pidOf('WindowsAzureGuestAgent', 'Escaping_IN_0'), await pidOf('WaWorkerHost', 'Quiet_IN_0')])
      process.kill(pid, 'SIGSTOP');
    const identities = pids.map((pid) => processIdentity(pid));
    const killedAt = performance.now();
    process.kill(await emulatorPid(), 'SIGKILL');
    expect((await up.keeper).exitCode).toBe(128 + 9);
    expect(performance.now() - killedAt).toBeLessThan(promiseMs);
    expect(namesOf(processesOf(place.stateDirectory))).toBe('');
    expect(identities.filter((identity) => identity !== undefined && isAlive(identity))).toEqual([]);
    expect(up.errors()).toMatch(/^rolevm up ended without stopping everything; \d+ processes were ended for it\n$/);
  });

  it('is said at the next up, which goes on with the same deployment and keeps a patch on E:', async () => {
    const { id } = place.deployment();
    const waiting = place.rolevm('patch', join(place.service, 'patches/Quiet/Quiet.dll'), '--wait');
    const from = up.story.now;
    await up.kill('WaHostBootstrapper', 'Quiet_IN_0');
    expect((await waiting).exitCode).toBe(0);
    await up.story.output('Quiet_IN_0', 'version 2', from);
    process.kill(await emulatorPid(), 'SIGKILL');
    await up.keeper;
    expect(place.deployment().lifecycle).toBe('running');

    const next = place.up();
    await next.story.output('Quiet_IN_0', 'version 2');
    await next.ready();
    expect((await next.status()).deployment.id).toBe(id);
    expect(notices(next)).toEqual([
      `the emulator of deployment ${id} had ended without stopping it, as in a power loss; no process was left of it`,
      'C: and E: are as they were, D: is made anew (node power cycle)',
    ]);
    expect(next.story.states('Quiet_IN_0').slice(0, 3)).toEqual(['RoleStateUnknown', 'CreatingVM', 'StartingVM']);
    expect(await next.stop()).toBe(0);
    expect(place.deployment().lifecycle).toBe('stopped');
  });
});

describe('a killed keeper', () => {
  it('lets the emulator stop everything in order', async () => {
    process.kill(up.keeperPid, 'SIGKILL');
    await up.story.item('stopped', () => true);
    expect(up.story.states('Quiet_IN_0').slice(-3)).toEqual(['StoppingRole', 'StoppingVM', 'StoppedVM']);
    await nothingLeft(place.stateDirectory, promiseMs);
    expect(place.deployment().lifecycle).toBe('stopped');
  });
});

describe('both killed at once', () => {
  it('leaves agents that end their VM by themselves, and the next up starts the same deployment', async () => {
    const { id } = place.deployment();
    const emulator = await emulatorPid();
    process.kill(up.keeperPid, 'SIGKILL');
    process.kill(emulator, 'SIGKILL');
    await nothingLeft(place.stateDirectory, promiseMs);
    const next = place.up();
    await next.ready();
    expect(place.deployment().id).toBe(id);
    expect(notices(next)[0]).toContain('as in a power loss; no process was left of it');
  });

  it('leaves an agent that is stopped with its job, which the next up ends, naming what it ended', async () => {
    const agent = await pidOf('WindowsAzureGuestAgent', 'Escaping_IN_0');
    const host = await pidOf('WaWorkerHost', 'Escaping_IN_0');
    const left = [agent, host, escaped].map((pid) => processIdentity(pid));
    const emulator = await emulatorPid();
    process.kill(agent, 'SIGSTOP');
    process.kill(up.keeperPid, 'SIGKILL');
    process.kill(emulator, 'SIGKILL');
    await up.keeper;
    expect(readProcess(agent)?.state).toMatch(/^T/);
    const next = place.up();
    await next.ready();
    expect(left.filter((identity) => identity !== undefined && isAlive(identity))).toEqual([]);
    const [cleaned] = notices(next);
    for (const process of [`WindowsAzureGuestAgent (${agent})`, `WaWorkerHost (${host})`]) expect(cleaned).toContain(process);
    expect(cleaned).toContain(`(${escaped})`);
  });
});
