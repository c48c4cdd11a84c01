import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Examination } from '../../../control/doctor/examine.ts';
import { isAlive, killIdentity, type ProcessIdentity, processIdentity } from '../../../kernel/process-table/index.ts';
import { namesOf, processesOf } from '../../support/emulator/processes-of.ts';
import { type Place, places, type RunningEmulator } from '../../support/emulator/start-emulator.ts';

const openPlace = places(afterEach);

async function doctor(place: Place, ...args: readonly string[]): Promise<Examination & { readonly exitCode: number | undefined }> {
  const { exitCode, stdout, stderr } = await place.rolevm('doctor', ...args);
  expect(stderr).toBe('');
  return { exitCode, ...(JSON.parse(stdout) as Examination) };
}

/** Nobody lives who would clean up: the agent of an instance stands still, its keeper and its emulator are gone. */
async function killedAltogether(place: Place): Promise<readonly ProcessIdentity[]> {
  const up = place.up();
  await up.ready();
  const left = (await up.ps()).filter(({ instance, name }) => instance === 'Worker_IN_0' && name !== 'WaAppAgent');
  const identities = left.map(({ pid }) => processIdentity(pid) as ProcessIdentity);
  const emulator = (await up.status()).emulator.pid;
  process.kill(left.find(({ name }) => name === 'WindowsAzureGuestAgent')?.pid ?? 0, 'SIGSTOP');
  process.kill(up.keeperPid, 'SIGKILL');
  process.kill(emulator, 'SIGKILL');
  await up.keeper;
  await othersGone(place, identities);
  return identities;
}

/** The agents that do not stand still end their VMs by themselves. */
async function othersGone(place: Place, left: readonly ProcessIdentity[]): Promise<void> {
  const pids = new Set(left.map(({ pid }) => pid));
  while (processesOf(place.stateDirectory).some(({ pid }) => !pids.has(pid))) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('doctor', () => {
  it('has nothing to say of a directory in which everything was stopped in order', async () => {
    const place = openPlace('steady');
    const up = place.up();
    await up.ready();
    await up.stop();
    expect(await doctor(place)).toMatchObject({ exitCode: 0, findings: [] });
  });

  it('finds the processes, the lock and the state file of a run that nobody could clean up, and with --check only that', async () => {
    const place = openPlace('steady');
    const left = await killedAltogether(place);
    const before = readdirSync(place.stateDirectory).sort();
    const { exitCode, findings } = await doctor(place, '--check');
    expect(exitCode).toBe(1);
    expect(findings.filter(({ cleaned }) => cleaned)).toEqual([]);
    const found = findings.flatMap(({ pid }) => pid ?? []);
    expect(found.sort()).toEqual(left.map(({ pid }) => pid).sort());
    const doors = readdirSync(join(place.stateDirectory, 'vms'))
      .filter((name) => name.includes('_IN_'))
      .map(() => 'door');
    expect(findings.flatMap(({ kind }) => (kind === 'process' ? [] : [kind])).sort()).toEqual([...doors, 'lock', 'stateFile']);
    expect(left.filter((identity) => !isAlive(identity))).toEqual([]);
    expect(readdirSync(place.stateDirectory).sort()).toEqual(before);

    const cleaned = await doctor(place);
    expect(cleaned.exitCode).toBe(0);
    expect(cleaned.findings.map(({ text }) => text)).toEqual(findings.map(({ text }) => text));
    expect(cleaned.findings.filter(({ cleaned: done }) => !done)).toEqual([]);
    expect(namesOf(processesOf(place.stateDirectory))).toBe('');
    expect(left.filter((identity) => isAlive(identity))).toEqual([]);
    expect(existsSync(join(place.stateDirectory, 'state.json'))).toBe(false);
    expect(await doctor(place)).toMatchObject({ exitCode: 0, findings: [] });
  });

  it('leaves the deployment to the next up, which goes on with it as after a power loss', async () => {
    const place = openPlace('steady');
    await killedAltogether(place);
    const { id } = place.deployment();
    await doctor(place);
    const next = place.up();
    await next.ready();
    expect(place.deployment().id).toBe(id);
    expect(next.story.of('notice').map(({ text }) => text)[0]).toContain('as in a power loss; no process was left of it');
  });

  it('puts a drive back that was being replaced, and removes what was not finished', async () => {
    const place = openPlace('steady');
    const up = place.up();
    await up.ready();
    await up.stop();
    const gone = 4_194_304;
    const vm = place.file('Worker_IN_0', '');
    renameSync(join(vm, 'D'), join(vm, `D.old-${gone}`));
    for (const folder of [`E.new-${gone}`, `C.old-${gone}`]) mkdirSync(join(vm, folder, 'approot'), { recursive: true });
    const files = [
      join(place.stateDirectory, `.deployment.json.${gone}.tmp`),
      join(place.stateDirectory, `owner.${gone}-77.draft`),
      join(vm, `.vm.json.${gone}.tmp`),
      join(vm, 'C/Config', `.x.xml.${gone}.tmp`),
      join(vm, 'E/approot', 'Worker.dll.rolevm-new'),
    ];
    const kept = [
      join(vm, 'C/Config', `.x.xml.${process.pid}.tmp`),
      join(vm, 'E/approot', `.x.${gone}.tmp`),
      join(vm, 'E/approot/Worker.dll'),
      join(vm, 'D/Packages/GuestAgent'),
    ];
    for (const file of [...files, ...kept.slice(0, 2)]) writeFileSync(file, '');
    const content = readFileSync(kept[2] ?? '', 'utf8');

    const { exitCode, findings } = await doctor(place);
    expect(exitCode).toBe(0);
    expect(findings.map(({ path }) => path).sort()).toEqual(
      [join(vm, `C.old-${gone}`), join(vm, `D.old-${gone}`), join(vm, `E.new-${gone}`), ...files].sort(),
    );
    expect(findings.filter(({ path }) => existsSync(path ?? ''))).toEqual([]);
    for (const file of kept) expect(existsSync(file), file).toBe(true);
    expect(readFileSync(kept[2] ?? '', 'utf8')).toBe(content);
  });

  it('touches nothing while an emulator runs, and tells only of what is not its own', async () => {
    const place = openPlace('steady');
    const up: RunningEmulator = place.up();
    await up.ready();
    const { pid: emulator } = (await up.status()).emulator;
    expect(await doctor(place)).toMatchObject({ exitCode: 0, emulator, findings: [] });

    const stray = spawn('sleep', ['60'], { stdio: 'ignore', env: { PATH: process.env['PATH'], RoleDeploymentID: place.deployment().id } });
    const identity = processIdentity(stray.pid ?? 0) as ProcessIdentity;
    try {
      const { exitCode, findings } = await doctor(place);
      expect(exitCode).toBe(1);
      expect(findings).toEqual([{ kind: 'process', pid: stray.pid, text: `sleep (${stray.pid}) still runs`, cleaned: false }]);
      expect(isAlive(identity)).toBe(true);
      expect((await up.status()).instances.map(({ state }) => state)).toEqual(['ReadyRole', 'ReadyRole', 'ReadyRole']);
    } finally {
      killIdentity(identity, 'SIGKILL');
    }
  });

  it('writes nothing into a directory that never was a state directory', async () => {
    const place = openPlace('steady');
    const { exitCode } = await place.rolevm('doctor', '--state', place.service);
    expect(exitCode).toBe(0);
    expect(readdirSync(place.service).filter((name) => name.startsWith('owner'))).toEqual([]);
  });
});
