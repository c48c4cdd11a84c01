import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PsEntry } from '../../../contracts/control-api.ts';
import { type Place, places, type RunningEmulator } from '../../support/emulator/start-emulator.ts';

const openPlace = places(afterAll);
let place: Place;
let up: RunningEmulator;
let processes: PsEntry[];
beforeAll(async () => {
  place = openPlace('steady');
  up = place.up();
  await up.ready();
  processes = await up.ps();
});

const instances = ['Worker_IN_0', 'Worker_IN_1', 'Program_IN_0'];

function processOf(instance: string, name: string): PsEntry {
  const found = processes.filter((process) => process.instance === instance && process.name === name);
  expect(found, `${name} of ${instance}`).toHaveLength(1);
  return found[0] as PsEntry;
}

describe('a start', () => {
  it.each(instances)('of %s goes from unknown to Ready through every state in order', (instance) => {
    expect(up.story.states(instance)).toEqual([
      'RoleStateUnknown',
      'CreatingVM',
      'StartingVM',
      'CreatingRole',
      'StartingRole',
      'BusyRole',
      'ReadyRole',
    ]);
  });

  it('makes an instance R_IN_i of each instance of each role', async () => {
    const { instances: entries, deployment } = await up.status();
    expect(entries.map(({ name, role, state, portalState }) => ({ name, role, state, portalState }))).toEqual(
      instances.map((name) => ({ name, role: name.slice(0, name.indexOf('_')), state: 'ReadyRole', portalState: 'Ready' })),
    );
    expect(deployment.id).toMatch(/^[0-9a-f]{32}$/);
    expect(entries.map(({ recycles }) => recycles)).toEqual([0, 0, 0]);
  });

  it('says in the details what the role waits for', () => {
    const details = up.story
      .of('status')
      .flatMap(({ instance }) => (instance.name === 'Worker_IN_0' ? [[instance.state, instance.details]] : []));
    expect(details).toContainEqual(['StartingRole', 'Waiting for role to start... System startup tasks are running.']);
    expect(details.at(-1)).toEqual(['ReadyRole', '']);
  });
});

describe('the processes of an instance', () => {
  it.each(['Worker_IN_0', 'Worker_IN_1'])(
    '%s: services below the emulator, the bootstrapper below the guest agent, tasks and host below that',
    async (instance) => {
      const { emulator } = await up.status();
      expect(processOf(instance, 'WaAppAgent').ppid).toBe(emulator.pid);
      expect(processOf(instance, 'WindowsAzureGuestAgent').ppid).toBe(emulator.pid);
      const bootstrapper = processOf(instance, 'WaHostBootstrapper');
      expect(bootstrapper.ppid).toBe(processOf(instance, 'WindowsAzureGuestAgent').pid);
      expect(processOf(instance, 'WaWorkerHost').ppid).toBe(bootstrapper.pid);
      expect(processOf(instance, 'collect.js').ppid).toBe(bootstrapper.pid);
      expect(processes.filter((process) => process.instance === instance)).toHaveLength(5);
    },
  );

  it('of a ProgramEntryPoint end with the program, a child of WaWorkerHost', () => {
    expect(processOf('Program_IN_0', 'serve.js').ppid).toBe(processOf('Program_IN_0', 'WaWorkerHost').pid);
    expect(processes.filter(({ instance }) => instance === 'Program_IN_0')).toHaveLength(5);
  });

  it('say in which state they are, since when, and what they cost', () => {
    expect(processOf('Worker_IN_0', 'WaHostBootstrapper').state).toBe('host.ready');
    expect(processOf('Worker_IN_0', 'WaWorkerHost').state).toBe('entryPoint.running');
    expect(processOf('Worker_IN_0', 'collect.js').state).toBe('running (background, limited)');
    for (const { startedAt, since, memory, cpu } of processes) {
      expect(Date.parse(since)).toBeGreaterThanOrEqual(Date.parse(startedAt) - clockTicksMs);
      expect(memory).toBeGreaterThan(1_000_000);
      expect(cpu).toBeGreaterThanOrEqual(0);
    }
  });

  it.each(['WaAppAgent', 'WindowsAzureGuestAgent', 'WaHostBootstrapper', 'WaWorkerHost'])(
    '%s has its name in the system’s own list, cut to 15 characters where the system cuts',
    async (name) => {
      const pids = instances.map((instance) => processOf(instance, name).pid);
      const list = async (column: string) =>
        (await execa('ps', ['-p', pids.join(','), '-o', `${column}=`])).stdout.split('\n').map((line) => line.trim());
      expect(await list('args')).toEqual(pids.map(() => name));
      if (process.platform === 'linux') expect(await list('comm')).toEqual(pids.map(() => name.slice(0, 15)));
    },
  );

  it('hang below the process that is called rolevm up, which hangs below its keeper', async () => {
    const { emulator } = await up.status();
    const { stdout } = await execa('ps', ['-p', String(emulator.pid), '-o', 'ppid=,args=']);
    expect(stdout.trim()).toBe(`${up.keeperPid} rolevm up`);
  });
});

/** The system counts the start of a process in ticks of ten milliseconds, from a boot that it knows to a second. */
const clockTicksMs = 1_100;
