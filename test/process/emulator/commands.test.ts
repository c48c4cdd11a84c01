import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FeedItem, PsEntry, StatusDocument } from '../../../contracts/control-api.ts';
import { namesOf, processesOf } from '../../support/emulator/processes-of.ts';
import { type CommandResult, type Place, places, type RunningEmulator } from '../../support/emulator/start-emulator.ts';

const openPlace = places(afterEach);
let place: Place;
beforeEach(() => {
  place = openPlace('escaping');
});

async function running(): Promise<RunningEmulator> {
  const up = place.up();
  await up.ready();
  return up;
}

const errorOf = ({ stderr }: CommandResult) => JSON.parse(stderr).error;

describe('a second rolevm up over the same state directory', () => {
  it('names the living owner and the command that ends it, and changes nothing', async () => {
    const up = await running();
    const { emulator } = await up.status();
    const second = await place.rolevm('up', place.service);
    expect(second.exitCode).toBe(1);
    expect(errorOf(second)).toMatchObject({
      code: 'RV4110',
      message: `an emulator with pid ${emulator.pid} is already running over ${place.stateDirectory}`,
      mend: expect.stringContaining(`rolevm down --state ${place.stateDirectory}`),
    });
    expect((await up.status()).emulator.pid).toBe(emulator.pid);
    expect(up.story.states('Quiet_IN_0').at(-1)).toBe('ReadyRole');
  });

  it('after the owner has ended goes on with its deployment', async () => {
    await (await running()).stop();
    const { id } = place.deployment();
    await running();
    expect(place.deployment().id).toBe(id);
  });
});

describe('rolevm down', () => {
  it('stops in order, shows the progress, and returns when nothing is left', async () => {
    const up = await running();
    const down = await place.rolevm('down');
    expect(namesOf(processesOf(place.stateDirectory))).toBe('');
    expect(down.exitCode).toBe(0);
    const items = down.stdout.split('\n').map((line) => JSON.parse(line) as FeedItem);
    const states = items.flatMap((item) => (item.type === 'status' && item.instance.name === 'Quiet_IN_0' ? [item.instance.state] : []));
    expect(states).toEqual(['ReadyRole', 'StoppingRole', 'StoppingVM', 'StoppedVM']);
    expect(items.at(-1)?.type).toBe('stopped');
    expect((await up.keeper).exitCode).toBe(0);
    expect(place.deployment().lifecycle).toBe('stopped');
    expect(existsSync(place.file('Quiet_IN_0', 'C/Logs/WaAppAgent.log'))).toBe(true);
    const again = await place.rolevm('down');
    expect({ exitCode: again.exitCode, code: errorOf(again).code }).toEqual({ exitCode: 3, code: 'RV4101' });
  });

  it('--delete deletes the deployment with its drives; the next up makes another one', async () => {
    await running();
    const { id } = place.deployment();
    expect((await place.rolevm('down', '--delete')).exitCode).toBe(0);
    expect(existsSync(join(place.stateDirectory, 'deployment.json'))).toBe(false);
    expect(existsSync(place.file('Quiet_IN_0', 'C'))).toBe(false);
    await running();
    expect(place.deployment().id).not.toBe(id);
  });
});

describe('rolevm up --detach', () => {
  it('returns with the status while everything starts; wait, ps and down do the rest', async () => {
    const detached = await place.rolevm('up', place.service, '--detach', '--speed', '40');
    expect(detached.exitCode).toBe(0);
    const { emulator, instances } = JSON.parse(detached.stdout) as StatusDocument;
    expect(instances.map(({ name }) => name)).toEqual(['Escaping_IN_0', 'Quiet_IN_0']);
    const waited = await place.rolevm('wait', 'Ready', '--timeout', '20s');
    expect(JSON.parse(waited.stdout).map(({ name, state }: { name: string; state: string }) => [name, state])).toEqual([
      ['Escaping_IN_0', 'ReadyRole'],
      ['Quiet_IN_0', 'ReadyRole'],
    ]);
    const processes = JSON.parse((await place.rolevm('ps')).stdout) as PsEntry[];
    expect(processes.filter(({ ppid }) => ppid === emulator.pid).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['WaAppAgent', 'WindowsAzureGuestAgent']),
    );
    expect(readdirSync(emulator.logs)).toContain('emulator.log');
    expect((await place.rolevm('down')).exitCode).toBe(0);
    expect(namesOf(processesOf(place.stateDirectory))).toBe('');
  });

  it('fails with what the emulator said when it could not start, and leaves nothing', async () => {
    const broken = openPlace('steady', (folder) => {
      const definition = join(folder, 'ServiceDefinition.csdef');
      writeFileSync(definition, readFileSync(definition, 'utf8').replace('taskType="simple"', 'taskType="complex"'));
    });
    const detached = await broken.rolevm('up', broken.service, '--detach');
    expect(detached.exitCode).toBe(1);
    expect(errorOf(detached).code).toBe('RV6405');
    expect(errorOf(detached).message).toContain('RV1106');
    expect(namesOf(processesOf(broken.stateDirectory))).toBe('');
    expect((await broken.rolevm('status')).exitCode).toBe(3);
  });
});

describe('rolevm wait', () => {
  it('ends with 4 when the time is over, saying what there is instead', async () => {
    await running();
    const waited = await place.rolevm('wait', 'CyclingRole', '--timeout', '100ms');
    expect(waited.exitCode).toBe(4);
    expect(errorOf(waited)).toMatchObject({
      code: 'RV6401',
      message: 'not CyclingRole in time: Escaping_IN_0 is ReadyRole; Quiet_IN_0 is ReadyRole',
    });
  });

  it('returns at once for a state that is there, and when it comes for one that is not', async () => {
    const up = await running();
    expect((await place.rolevm('wait', 'readyrole', '--instance', 'Quiet_IN_0')).exitCode).toBe(0);
    const restarting = place.rolevm('wait', 'Restarting', '--instance', 'Quiet_IN_0');
    await up.kill('WaHostBootstrapper', 'Quiet_IN_0');
    expect((await restarting).exitCode).toBe(0);
    expect((await place.rolevm('wait', 'Ready')).exitCode).toBe(0);
  });

  it('ends with 3 when the emulator ends first', async () => {
    const up = await running();
    const waiting = place.rolevm('wait', 'CyclingRole');
    await up.stop();
    const waited = await waiting;
    expect({ exitCode: waited.exitCode, code: errorOf(waited).code }).toEqual({ exitCode: 3, code: expect.stringMatching(/^RV410[12]$/) });
  });
});

describe('rolevm recycle', () => {
  it('stops and starts the roles in order, VM and agents stay; returns when they have begun', async () => {
    const up = await running();
    const before = await up.ps();
    const from = up.story.now;
    const recycled = await place.rolevm('recycle');
    expect(JSON.parse(recycled.stdout)).toEqual({ event: 'recycle', instances: ['Escaping_IN_0', 'Quiet_IN_0'] });
    expect((await place.rolevm('wait', 'Ready')).exitCode).toBe(0);
    await Promise.all(['Escaping_IN_0', 'Quiet_IN_0'].map((instance) => up.story.status(instance, 'ReadyRole', from)));
    const after = await up.ps();
    const pids = (processes: readonly PsEntry[], name: string) =>
      processes.filter((process) => process.name === name).map(({ pid }) => pid);
    for (const name of ['WaAppAgent', 'WindowsAzureGuestAgent']) expect(pids(after, name)).toEqual(pids(before, name));
    for (const name of ['WaHostBootstrapper', 'WaWorkerHost']) {
      expect(pids(after, name)).toHaveLength(2);
      for (const pid of pids(before, name)) expect(pids(after, name)).not.toContain(pid);
    }
    expect(up.story.states('Quiet_IN_0', from)).toEqual(['StoppingRole', 'CreatingRole', 'StartingRole', 'BusyRole', 'ReadyRole']);
    expect((await up.status()).instances.map(({ recycles }) => recycles)).toEqual([1, 1]);
  });

  it('has ended whatever had escaped from the job', async () => {
    const up = await running();
    const escaped = () => up.story.printed('Escaping_IN_0').map((line) => Number(line.replace('escaped as ', '')));
    const from = up.story.now;
    await up.story.output('Escaping_IN_0', 'escaped as');
    const [first] = escaped();
    await place.rolevm('recycle', '--instance', 'Escaping_IN_0');
    await up.story.output('Escaping_IN_0', 'escaped as', from);
    await up.story.status('Escaping_IN_0', 'ReadyRole', from);
    const living = processesOf(place.stateDirectory).map(({ pid }) => pid);
    expect(living).not.toContain(first);
    expect(living).toContain(escaped().at(-1));
  });
});

describe('logs', () => {
  it('stand at Azure’s paths in Azure’s formats', async () => {
    const up = await running();
    await up.stop();
    const log = (file: string) => readFileSync(place.file('Quiet_IN_0', file), 'utf8');
    expect(log('C/Logs/WaAppAgent.log')).toMatch(
      /^\[\d{8}\] \[\d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d\.\d\d\] \[HEART\] WindowsAzureGuestAgent Heartbeat\.$/m,
    );
    expect(log('C/Logs/WaAppAgent.log')).toMatch(
      / \[INFO\] +Role [0-9a-f]{32}\.Quiet_IN_0 is reporting state (Ready|NotReady \(\w+.*\))\.$/m,
    );
    expect(log('C/Logs/AppAgentRuntime.log')).toContain('goes from BusyRole to ReadyRole.');
    expect(log('C/Resources/WaHostBootstrapper.log')).toMatch(
      /^\[\d{8}:\d{8}, \d{4}\/\d\d\/\d\d, \d\d:\d\d:\d\d\.\d{3}, WARN \] Executing "E:\\base\\x64\\WaWorkerHost\.exe" \.$/m,
    );
    expect(log(`C/Resources/Directory/${place.deployment().id}.Quiet.DiagnosticStore/WaWorkerHost.log`)).toContain(
      'Role entrypoint . CALLING   OnStart()',
    );
    const events = await place.rolevm('events', 'Quiet_IN_0');
    expect(events.stdout).toContain('"id":20001');
  });
});
