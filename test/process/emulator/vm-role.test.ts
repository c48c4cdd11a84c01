import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventPlan } from '../../../contracts/event-plan.ts';
import type { RegisteredService } from '../../../contracts/vm-door.ts';
import { type Place, places, type RunningEmulator } from '../../support/emulator/start-emulator.ts';

const openPlace = places(afterEach);
const instance = 'Web_IN_0';
let place: Place;
let up: RunningEmulator;

const program = `
console.log('version ' + require('node:fs').readFileSync(__dirname + '/version.txt', 'utf8'));
setInterval(() => {}, 2 ** 30);
`;

/** Lays a folder that D: can begin with: a server that is registered as a service. */
function layImage(version: string): string {
  const folder = join(dirname(place.service), 'image');
  rmSync(folder, { recursive: true, force: true });
  const config = join(folder, 'Windows/System32/config');
  mkdirSync(config, { recursive: true });
  mkdirSync(join(folder, 'Server'));
  writeFileSync(join(folder, 'Server/server.js'), program);
  writeFileSync(join(folder, 'Server/version.txt'), version);
  const service: RegisteredService = {
    name: 'Web',
    displayName: 'Web',
    binPath: 'node D:\\Server\\server.js',
    start: 'auto',
    createdAt: '2011-03-01T08:00:00.000Z',
  };
  writeFileSync(join(config, 'services.json'), JSON.stringify([service]));
  return folder;
}

async function run<Answer>(...args: readonly string[]): Promise<Answer> {
  const { exitCode, stdout, stderr } = await place.rolevm(...args);
  if (exitCode !== 0) throw new Error(`rolevm ${args.join(' ')}: ${stderr}`);
  return JSON.parse(stdout) as Answer;
}

const drive = (name: string) => place.file(instance, `D/${name}`);

beforeEach(async () => {
  place = openPlace('imaged');
  await run('image', 'upload', layImage('1'), '--name', 'web');
  up = place.up();
});

describe('a VM role', () => {
  it('boots from its image: agents installed, Ready without a bootstrapper, its services running', async () => {
    await up.story.output(instance, 'version 1');
    await up.ready();
    const processes = (await up.ps()).map(({ name, state }) => [name, state]).sort();
    expect(processes).toEqual([
      ['WaAppAgent', 'watching'],
      ['WindowsAzureGuestAgent', 'alive.ready'],
      ['node', 'running (service Web)'],
    ]);
    expect(up.story.states(instance)).toEqual(['RoleStateUnknown', 'CreatingVM', 'StartingVM', 'CreatingRole', 'ReadyRole']);
    expect(existsSync(place.file(instance, 'E/base'))).toBe(false);
    expect(existsSync(place.file(instance, 'C/Resources/WaHostBootstrapper.log'))).toBe(false);
    await up.story.item('rotation', ({ rotation }) => rotation.inRotation);
    expect(up.errors()).toBe('');
  });

  it('gets its image back at a reimage, keeps D: at a reboot, and recycles, stops and starts without anything else happening', async () => {
    await up.ready();
    writeFileSync(drive('Server/version.txt'), 'changed');
    writeFileSync(drive('by-hand.txt'), '');
    let from = up.story.now;
    await run('recycle', '--wait');
    await run('stop', '--wait');
    await run('start', '--wait');
    expect(up.story.of('process.ended', from)).toEqual([]);
    await run('reboot', '--wait');
    await up.story.output(instance, 'version changed', from);
    const plan = await run<EventPlan>('plan', 'reimage');
    const d = plan.instances[0]?.drives.find(({ letter }) => letter === 'D');
    const files = Object.fromEntries((d?.files ?? []).map(({ file, becomes }) => [file, becomes]));
    expect(files).toMatchObject({ 'D:\\Server\\version.txt': 'reset', 'D:\\by-hand.txt': 'lost' });
    expect(files).not.toHaveProperty('D:\\Server\\server.js');
    from = up.story.now;
    await run('reimage', '--wait');
    await up.story.output(instance, 'version 1', from);
    expect(existsSync(drive('by-hand.txt'))).toBe(false);
    expect(await up.stop()).toBe(0);
  });

  it('comes back when its guest agent was killed, and its services live on', async () => {
    await up.ready();
    const from = up.story.now;
    await up.kill('WindowsAzureGuestAgent');
    await up.story.status(instance, 'RestartingRole', from);
    await up.story.status(instance, 'ReadyRole', from);
    expect(up.story.of('process.ended', from).map(({ name }) => name)).toEqual(['WindowsAzureGuestAgent']);
  });

  it('can be made into an image of its own, without what makes it that machine', async () => {
    await up.ready();
    writeFileSync(drive('Server/version.txt'), '2');
    await run('image', 'create', 'next', '--from', instance);
    const made = (name: string) => join(place.stateDirectory, 'images/next/D', name);
    expect(readFileSync(made('Server/version.txt'), 'utf8')).toBe('2');
    for (const name of ['vm-door.json', 'firewall.json', 'accounts.json', 'certificates.json', 'certificates'])
      expect(existsSync(made(`Windows/System32/config/${name}`))).toBe(false);
    expect(existsSync(made('Packages/GuestAgent'))).toBe(false);
    expect(existsSync(made('Windows/System32/config/services.json'))).toBe(true);
    expect((await place.rolevm('image', 'delete', 'web')).stderr).toContain('RV4719');
    await run('image', 'delete', 'next');
    expect(await run('image', 'list')).toMatchObject({ images: [{ name: 'web' }] });
  });
});

it('a VM role without its image is refused before anything is started', async () => {
  await up.ready();
  expect((await place.rolevm('down', '--delete')).exitCode).toBe(0);
  await run('image', 'delete', 'web');
  const again = place.up();
  expect((await again.keeper).exitCode).toBe(1);
  expect(again.errors()).toContain('RV4715');
  expect(again.errors()).toContain('rolevm image upload');
});
