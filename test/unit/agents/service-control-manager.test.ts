import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ServiceControlManager } from '../../../agents/vm/service-control-manager.ts';
import { type DoorAnswer, mostServices, type RegisteredService, type ServiceRequest } from '../../../contracts/vm-door.ts';
import { openServiceRegister } from '../../../sandbox/services/service-register.ts';
import { playServices, registered } from './play-services.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rolevm-scm-'));
  file = path.join(folder, 'services.json');
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const limited = 666;
const asker = 1;

function play(services: readonly RegisteredService[] = []) {
  fs.writeFileSync(file, JSON.stringify(services));
  const played = playServices();
  const register = openServiceRegister(file, (error) => {
    throw error;
  });
  const told: string[] = [];
  const faults: unknown[] = [];
  const manager = new ServiceControlManager({
    register,
    running: played.running,
    isLimited: (pid) => pid === limited,
    tells: {
      installed: ({ name }) => told.push(`${name} installed`),
      startChanged: ({ name, start }, before) => told.push(`${name} ${before} → ${start}`),
      dependencyFailed: ({ name }, needed) => told.push(`${name} needs ${needed}`),
    },
    fault: (error) => faults.push(error),
    now: () => new Date(0),
  });
  return { ...played, manager, register, told, faults, ask: (request: ServiceRequest) => manager.answer(request) };
}

const create = (name: string, changes: Partial<Extract<ServiceRequest, { type: 'service.create' }>> = {}): ServiceRequest => ({
  type: 'service.create',
  name,
  binPath: 'p',
  start: 'demand',
  asker,
  ...changes,
});
const about = (type: 'service.start' | 'service.stop' | 'service.delete', name: string, by = asker): ServiceRequest => ({
  type,
  name,
  asker: by,
});
const failed = (call: string, code: number) => ({ done: false, call, code });
const state = (answer: DoorAnswer) => (answer.done ? answer.services.map((service) => service.state) : answer);

describe('creating a service', () => {
  it('registers it and starts nothing', async () => {
    const { ask, register, told, trace } = play();
    expect(await ask(create('Cache', { start: 'auto', displayName: 'The cache' }))).toMatchObject({ done: true });
    expect(register.list()).toEqual([
      { name: 'Cache', displayName: 'The cache', binPath: 'p', start: 'auto', createdAt: '1970-01-01T00:00:00.000Z' },
    ]);
    expect([told, trace]).toEqual([['Cache installed'], []]);
  });

  it.each<[number, string, ServiceRequest, string]>([
    [1073, 'it exists, in whatever case', create('A'), 'CreateService'],
    [1078, 'its display name is another one’s name', create('B', { displayName: 'a' }), 'CreateService'],
    [123, 'its name has a slash', create('B/C'), 'CreateService'],
    [123, 'its name is too long', create('B'.repeat(257)), 'CreateService'],
    [87, 'its command line is empty', create('B', { binPath: '' }), 'CreateService'],
    [5, 'who asks is limited', create('B', { asker: limited }), 'OpenSCManager'],
  ])('fails with %i when %s', async (code, _, request, call) => {
    const { ask, register } = play([registered('a')]);
    expect(await ask(request)).toEqual(failed(call, code));
    expect(register.list()).toHaveLength(1);
  });

  it('ends at a number that no machine has', async () => {
    const { ask } = play(Array.from({ length: mostServices }, (_, n) => registered(`S${n}`)));
    expect(await ask(create('more'))).toEqual(failed('CreateService', 1450));
  });

  it('fails with 112, and has not happened, when the register cannot be written', async () => {
    const { ask, register } = play();
    fs.rmSync(folder, { recursive: true });
    expect(await ask(create('A'))).toMatchObject({ ...failed('CreateService', 112), detail: expect.stringContaining('ENOENT') });
    expect(register.list()).toEqual([]);
  });
});

describe('a service that does not exist', () => {
  it.each(['service.start', 'service.stop', 'service.delete', 'service.query', 'service.config'] as const)(
    'is 1060 to %s',
    async (type) => {
      expect(await play().ask({ type, name: 'Nobody', asker })).toEqual(failed('OpenService', 1060));
    },
  );
});

describe('starting and stopping a service', () => {
  it('answers how it is then', async () => {
    const { ask } = play([registered('A', 'deaf')]);
    expect(state(await ask(about('service.start', 'a')))).toEqual(['running']);
    expect(await ask(about('service.start', 'a'))).toEqual(failed('StartService', 1056));
    expect(state(await ask(about('service.stop', 'a')))).toEqual(['stopPending']);
    expect(await ask(about('service.stop', 'a'))).toEqual(failed('ControlService', 1061));
    expect(await ask(about('service.start', 'a'))).toEqual(failed('StartService', 1056));
  });

  it('is 1062 for one that does not run, 1058 for a disabled one, 5 for whoever is limited', async () => {
    const { ask } = play([registered('A', 'p', { start: 'disabled' })]);
    expect(await ask(about('service.stop', 'A'))).toEqual(failed('ControlService', 1062));
    expect(await ask(about('service.start', 'A'))).toEqual(failed('StartService', 1058));
    expect(await ask(about('service.start', 'A', limited))).toEqual(failed('OpenService', 5));
    expect(await ask(about('service.stop', 'A', limited))).toEqual(failed('OpenService', 5));
    expect(state(await ask({ type: 'service.query', name: 'A', asker: limited }))).toEqual(['stopped']);
  });

  it('is 2 for one whose program cannot be started, with the reason', async () => {
    const { ask } = play([registered('A', 'missing')]);
    expect(await ask(about('service.start', 'A'))).toEqual({ ...failed('StartService', 2), detail: '"missing" was not found.' });
  });
});

describe('deleting a service', () => {
  it('takes it out at once when it does not run', async () => {
    const { ask, register } = play([registered('A')]);
    expect(state(await ask(about('service.delete', 'A')))).toEqual(['stopped']);
    expect(register.list()).toEqual([]);
  });

  it('marks one that runs, which goes when it ends; until then it is 1072', async () => {
    const { ask, manager, register, running } = play([registered('A', 'deaf')]);
    await ask(about('service.start', 'A'));
    expect(await ask(about('service.delete', 'A'))).toMatchObject({ done: true });
    expect(await ask(about('service.delete', 'A'))).toEqual(failed('DeleteService', 1072));
    expect(await ask(create('A'))).toEqual(failed('CreateService', 1072));
    expect(await ask({ type: 'service.config', name: 'A', start: 'auto', asker })).toEqual(failed('ChangeServiceConfig', 1072));
    manager.ended('A');
    expect(register.list()).toEqual([]);
    expect(running.condition('A').win32ExitCode).toBe(1077);
  });
});

describe('configuring a service', () => {
  it('changes what is named, and tells of another start type', async () => {
    const { ask, register, told } = play([registered('A')]);
    await ask({ type: 'service.config', name: 'a', start: 'auto', asker });
    await ask({ type: 'service.config', name: 'a', displayName: 'B', asker });
    await ask({ type: 'service.config', name: 'a', start: 'auto', asker });
    expect(register.list()).toEqual([registered('A', 'p', { start: 'auto', displayName: 'B' })]);
    expect(told).toEqual(['A demand → auto']);
  });
});

describe('Windows', () => {
  it('starts those that start with it, in the order of their creation, and takes out those that were to be deleted', async () => {
    const auto = { start: 'auto' };
    const { manager, register, trace } = play([
      registered('B', 'p', auto),
      registered('Gone', 'p', { ...auto, markedForDeletion: true }),
      registered('Asked'),
      registered('A', 'p', auto),
    ]);
    manager.boot();
    expect(trace.filter((line) => line.includes(' runs '))).toEqual(['B runs p', 'A runs p']);
    expect(register.list().map(({ name }) => name)).toEqual(['B', 'Asked', 'A']);
  });

  it('starts none any more when it shuts down: 1115', async () => {
    const { manager, ask, trace } = play([registered('A'), registered('B')]);
    await ask(about('service.start', 'A'));
    await manager.shutDown();
    expect(trace.at(-1)).toBe('A is let go');
    expect(await ask(about('service.start', 'B'))).toEqual(failed('StartService', 1115));
  });
});

describe('a service that depends on others', () => {
  const site = (name: string, ...dependsOn: string[]) => registered(name, 'p', { dependsOn });

  it('starts them first, and one that runs already is left alone', async () => {
    const { ask, taken } = play([registered('Net'), site('Was', 'net'), site('Site', 'WAS', 'Net')]);
    expect(state(await ask(about('service.start', 'Site')))).toEqual(['running']);
    expect(taken().filter((line) => line.includes('runs'))).toEqual(['Net runs p', 'Was runs p', 'Site runs p']);
  });

  it('starts with Windows after them, in whatever order they are registered', async () => {
    const auto = { start: 'auto' as const };
    const { manager, taken } = play([registered('Site', 'p', { ...auto, dependsOn: ['Was'] }), registered('Was', 'p', auto)]);
    manager.boot();
    await new Promise((resolve) => setImmediate(resolve));
    expect(taken().filter((line) => line.includes('runs'))).toEqual(['Was runs p', 'Site runs p']);
  });

  it.each<[number, string, readonly RegisteredService[], readonly string[]]>([
    [1075, 'one of them is not registered', [site('Site', 'Was')], []],
    [1068, 'one of them is disabled', [site('Site', 'Was'), registered('Was', 'p', { start: 'disabled' })], ['Site needs Was']],
    [1068, 'the program of one is missing', [site('Site', 'Was'), registered('Was', 'missing')], ['Site needs Was']],
    [1068, 'the register was made a circle by hand', [site('Site', 'Was'), site('Was', 'Site')], ['Was needs Site', 'Site needs Was']],
  ])('fails with %i when %s', async (code, _, services, said) => {
    const { ask, told, running } = play(services);
    expect(await ask(about('service.start', 'Site'))).toMatchObject({ done: false, call: 'StartService', code });
    expect([told, running.condition('Site').state]).toEqual([said, 'stopped']);
  });

  it('keeps them from being stopped while it runs: 1051', async () => {
    const { ask } = play([registered('Was'), site('Site', 'Was')]);
    await ask(about('service.start', 'Site'));
    expect(await ask(about('service.stop', 'Was'))).toEqual(failed('ControlService', 1051));
    await ask(about('service.stop', 'Site'));
    expect(await ask(about('service.stop', 'Was'))).toMatchObject({ done: true });
  });

  it('cannot depend on itself, over however many: 1059', async () => {
    const { ask } = play([site('A', 'B'), site('B', 'C'), registered('C')]);
    expect(await ask(create('D', { dependsOn: ['d'] }))).toEqual(failed('CreateService', 1059));
    const change: ServiceRequest = { type: 'service.config', name: 'C', dependsOn: ['A'], asker };
    expect(await ask(change)).toEqual(failed('ChangeServiceConfig', 1059));
    expect(await ask({ ...change, dependsOn: [] })).toMatchObject({ done: true });
  });
});
