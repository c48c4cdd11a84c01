import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Rotation } from '../../../contracts/rotation.ts';
import type { VmDocument } from '../../../contracts/vm-document.ts';
import { type Place, places, type RunningEmulator } from '../../support/emulator/start-emulator.ts';

const openPlace = places(afterAll);

/** Fifteen seconds are half a second, the least that they may be. */
const speed = 30;
let place: Place;
let up: RunningEmulator;
beforeAll(async () => {
  place = openPlace('steady');
  up = place.up({ speed, timings: { stableReadyMs: 0, lostBootstrapperRestartMs: 30_000, serviceRecoveryMs: 15_000 } });
  await up.ready();
  await Promise.all(['Worker_IN_0', 'Worker_IN_1', 'Program_IN_0'].map((name) => goes(name, true)));
});

async function goes(instance: string, inRotation: boolean, from = 0): Promise<Rotation> {
  const item = await up.story.item('rotation', (said) => said.instance === instance && said.rotation.inRotation === inRotation, from);
  return item.rotation;
}

const rotationOf = async (instance: string) => (await up.status()).instances.find(({ name }) => name === instance)?.rotation;
const told = (instance: string, from: number) =>
  up.story
    .of('rotation', from)
    .filter((item) => item.instance === instance)
    .map(({ rotation }) => `${rotation.inRotation ? 'in' : 'out'} ${rotation.probe.answer}`);

async function debug(action: string, instance: string): Promise<void> {
  const { exitCode, stderr } = await place.rolevm('debug', action, '--instance', instance);
  expect(`${exitCode} ${stderr}`).toBe('0 ');
}

describe('the default probe', () => {
  it('takes an instance that is Ready into rotation', async () => {
    expect(await rotationOf('Worker_IN_0')).toMatchObject({ inRotation: true, reason: 'probe', probe: { answer: 200 } });
    expect(await rotationOf('Program_IN_0')).toMatchObject({ inRotation: true, reason: 'onlyInstance', probe: { answer: 200 } });
  });

  it('is unanswered while a debugger is at the guest agent: out of rotation after 31 s, in again after detach', async () => {
    const from = up.story.now;
    await debug('break', 'Worker_IN_0');
    const out = await goes('Worker_IN_0', false, from);
    expect(out).toMatchObject({ reason: 'probe', probe: { answer: 'unanswered' } });
    const { stdout } = await place.rolevm('status');
    expect(JSON.parse(stdout).instances[0]).toMatchObject({ state: 'ReadyRole', rotation: { inRotation: false } });
    const detached = up.story.now;
    await debug('detach', 'Worker_IN_0');
    expect(await goes('Worker_IN_0', true, detached)).toMatchObject({ probe: { answer: 200 } });
    expect(told('Worker_IN_1', from)).toEqual([]);
  });

  it('is answered with 503 once the bootstrapper was killed: out at that probe, in again when the role is Ready', async () => {
    const from = up.story.now;
    await up.kill('WaHostBootstrapper', 'Worker_IN_1');
    expect(await goes('Worker_IN_1', false, from)).toMatchObject({ reason: 'probe', probe: { answer: 503 } });
    await up.story.status('Worker_IN_1', 'ReadyRole', from);
    await goes('Worker_IN_1', true, from);
    expect(told('Worker_IN_1', from)).toEqual(['out 503', 'in 200']);
    expect(told('Worker_IN_0', from)).toEqual([]);
  });

  it('is not answered with 200 after detach by an agent whose bootstrapper was killed meanwhile', async () => {
    const from = up.story.now;
    await debug('break', 'Worker_IN_0');
    await goes('Worker_IN_0', false, from);
    await up.kill('WaHostBootstrapper', 'Worker_IN_0');
    await debug('detach', 'Worker_IN_0');
    await up.story.status('Worker_IN_0', 'ReadyRole', from);
    await goes('Worker_IN_0', true, from);
    expect(told('Worker_IN_0', from)).toEqual(['out unanswered', 'in 200']);
    const states = up.story.items.slice(from).filter((item) => 'instance' in item);
    const ready = states.findIndex(
      (item) => item.type === 'status' && item.instance.name === 'Worker_IN_0' && item.instance.state === 'ReadyRole',
    );
    const isIn = states.findIndex((item) => item.type === 'rotation' && item.instance === 'Worker_IN_0' && item.rotation.inRotation);
    expect(isIn).toBeGreaterThan(ready);
  });

  it('does not take the only instance of a role out, but says what it got', async () => {
    const from = up.story.now;
    await up.kill('WaHostBootstrapper', 'Program_IN_0');
    const { rotation } = await up.story.item('rotation', ({ instance }) => instance === 'Program_IN_0', from);
    expect(rotation).toMatchObject({ inRotation: true, reason: 'onlyInstance', probe: { answer: 503 } });
    await up.story.item('rotation', ({ instance, rotation: { probe } }) => instance === 'Program_IN_0' && probe.answer === 200, from);
    expect(told('Program_IN_0', from)).toEqual(['in 503', 'in 200']);
  });

  it('has no say in an orderly stop: the instance is out before its role is asked to stop', async () => {
    const from = up.story.now;
    const { exitCode } = await place.rolevm('recycle', '--instance', 'Worker_IN_1');
    expect(exitCode).toBe(0);
    expect(await goes('Worker_IN_1', false, from)).toMatchObject({ reason: 'stopping' });
    await goes('Worker_IN_1', true, from);
    const items = up.story.items.slice(from).filter((item) => item.type === 'rotation' || item.type === 'status');
    const story = items.map((item) => (item.type === 'status' ? item.instance.state : `${item.rotation.inRotation ? 'in' : 'out'}`));
    expect(story[0]).toBe('out');
    expect(story).toContain('StoppingRole');
    expect(story.indexOf('in')).toBeGreaterThan(story.indexOf('ReadyRole'));
  });

  it('has a taken port told, and the instance serves again when the port is free at the next start of the role', async () => {
    const { defaultProbe } = JSON.parse(readFileSync(join(place.stateDirectory, 'vms/Worker_IN_0/vm.json'), 'utf8')) as VmDocument;
    const from = up.story.now;
    // As soon as nobody has it: the agent is started again some time after its end.
    const [thief] = await Promise.all([take(defaultProbe), up.kill('WindowsAzureGuestAgent', 'Worker_IN_0')]);
    await up.story.item(
      'notice',
      (item) => item.instance === 'Worker_IN_0' && item.text.startsWith('the default probe cannot be answered'),
      from,
    );
    expect(await goes('Worker_IN_0', false, from)).toMatchObject({ reason: 'probe', probe: { answer: 'reset' } });
    await up.story.status('Worker_IN_0', 'ReadyRole', from);
    await new Promise((resolve) => thief.close(resolve));
    const later = up.story.now;
    await place.rolevm('recycle', '--instance', 'Worker_IN_0');
    await goes('Worker_IN_0', true, later);
  });
});

/** Listens as soon as the address is free. */
async function take({ address, port }: VmDocument['defaultProbe']): Promise<Server> {
  for (;;) {
    const server = createServer((socket) => socket.on('error', () => {}).destroy());
    const taken = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, address, () => resolve(true));
    });
    if (taken) return server;
    await pause(1);
  }
}
