import { existsSync } from 'node:fs';
import { delimiter, join, sep } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Place, places, type RunningEmulator } from '../../support/emulator/start-emulator.ts';

const openPlace = places(afterAll);
const instance = 'Surrounded_IN_1';
let place: Place;
let up: RunningEmulator;
beforeAll(async () => {
  place = openPlace('surroundings');
  up = place.up({ timings: { stableReadyMs: 0 } });
  await up.ready();
  await up.story.output(instance, 'role {');
});

type Report = { readonly env: Readonly<Record<string, string>>; readonly cwd: string };

/** What a task or the role has printed of its surroundings, the first time. */
function reported(who: 'elevated' | 'limited' | 'role', of = instance): Report {
  const line = up.story.printed(of).find((text) => text.startsWith(`${who} {`));
  return JSON.parse(line?.slice(who.length + 1) ?? '') as Report;
}

/** The variables of AB 5.4 and of every package (PL 9), and those of Windows that role code looks at. */
const predefined = [
  ...['RoleRoot', 'RdRoleRoot', 'RoleName', 'RoleInstanceID', 'RoleDeploymentID', 'RdRoleId', 'WaRoleType', 'WA_CONTAINER_SID'],
  ...['RdRoleConfigRootPath', 'RdRoleResourcesRootPath', 'RdRoleLogRootPath'],
  ...['TEMP', 'TMP', 'windir', 'SystemRoot', 'ProgramFiles', 'ProgramFiles(x86)', 'PATH'],
  ...['COMPUTERNAME', 'USERNAME', 'NUMBER_OF_PROCESSORS', 'DiagnosticStore'],
];
const storages = ['Emptied', 'Kept'];
const names = (report: Report) => Object.keys(report.env).sort();

describe('the environment', () => {
  it('of a task holds what Azure gives it, its own variables, and nothing else', () => {
    const own = ['ADDRESS', 'DEPLOYMENT', 'EMULATED', 'FAULT_DOMAIN', 'INSTANCE', 'PORT', 'PROTOCOL', 'ROLE', 'SETTING', 'STORAGE_PATH'];
    expect(names(reported('elevated'))).toEqual([...predefined, ...storages, ...own, 'STORAGE_SIZE', 'TASK_ONLY', 'UPDATE_DOMAIN'].sort());
    expect(names(reported('limited'))).toEqual([...predefined, ...storages].sort());
  });

  it('of the role holds what Azure gives it, its own variables, and nothing else', () => {
    expect(names(reported('role'))).toEqual([...predefined, ...storages, 'ROLE_ONLY', 'Roletemp'].sort());
  });

  it('of a task is not that of the role, nor the reverse', () => {
    expect(reported('elevated').env).not.toHaveProperty('ROLE_ONLY');
    expect(reported('role').env).not.toHaveProperty('TASK_ONLY');
  });

  it('has Azure’s values, with the paths of this machine', () => {
    const { id } = place.deployment();
    const directory = (name: string) => `${join(place.file(instance, 'C/Resources/Directory'), `${id}.Surrounded.${name}`)}${sep}`;
    expect(reported('role').env).toMatchObject({
      RoleRoot: place.file(instance, 'E'),
      RdRoleRoot: `${place.file(instance, 'E')}${sep}`,
      RoleName: 'Surrounded',
      RoleInstanceID: instance,
      RoleDeploymentID: id,
      RdRoleId: `${id}.${id}.${instance}`,
      TEMP: join(place.file(instance, 'C/Resources/temp'), `${id}.Surrounded`, 'RoleTemp'),
      TMP: join(place.file(instance, 'C/Resources/temp'), `${id}.Surrounded`, 'RoleTemp'),
      windir: place.file(instance, 'D/Windows'),
      Emptied: directory('Emptied'),
      Kept: directory('Kept'),
      DiagnosticStore: directory('DiagnosticStore'),
      WA_CONTAINER_SID: expect.stringMatching(/^S-1-5-80(-\d+){5}$/),
      // The value of a variable is not expanded.
      Roletemp: '%TEMP%',
    });
    expect(reported('role').env['PATH']?.split(delimiter)).toEqual(expect.arrayContaining((process.env['PATH'] ?? '').split(delimiter)));
  });

  it('resolves every xpath to the values of this very instance', async () => {
    const { instances } = await up.status();
    const entry = instances.find(({ name }) => name === instance);
    const { env } = reported('elevated');
    expect(env).toMatchObject({
      EMULATED: 'true',
      DEPLOYMENT: place.deployment().id,
      INSTANCE: instance,
      ROLE: 'Surrounded',
      UPDATE_DOMAIN: String(entry?.updateDomain),
      FAULT_DOMAIN: String(entry?.faultDomain),
      SETTING: 'orders & returns',
      STORAGE_PATH: env['Kept'],
      STORAGE_SIZE: '7',
      PROTOCOL: 'tcp',
    });
    expect(env['ADDRESS']).toMatch(/^127\.255\.\d+\.\d+$/);
    expect(Number(env['PORT'])).toBeGreaterThan(0);
    expect(reported('elevated', 'Surrounded_IN_0').env['ADDRESS']).not.toBe(env['ADDRESS']);
  });

  it('tells elevated from limited: SYSTEM shows itself under the name of its machine', async () => {
    const elevated = reported('elevated').env;
    expect(elevated['USERNAME']).toBe(`${elevated['COMPUTERNAME']}$`);
    expect(reported('limited').env['USERNAME']).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(reported('role').env['USERNAME']).toBe(reported('limited').env['USERNAME']);
  });

  it('begins in approot', () => {
    for (const who of ['elevated', 'limited', 'role'] as const) expect(reported(who).cwd).toBe(place.file(instance, 'E/approot'));
  });
});

describe('a recycle', () => {
  const marks = async (from: number) => JSON.parse((await up.story.output(instance, 'marks {', from)).line.slice('marks '.length));

  it('empties RoleTemp and LocalStorage with cleanOnRoleRecycle, keeps the rest; so does a crash', async () => {
    expect(await marks(0)).toEqual({ Emptied: 1, Kept: 1, DiagnosticStore: 1, TEMP: 1 });
    const recycled = up.story.now;
    await place.rolevm('recycle', '--instance', instance);
    await up.story.status(instance, 'ReadyRole', recycled);
    expect(await marks(recycled)).toEqual({ Emptied: 1, Kept: 2, DiagnosticStore: 2, TEMP: 1 });
    const killed = up.story.now;
    await up.kill('WaWorkerHost', instance);
    await up.story.status(instance, 'ReadyRole', killed);
    expect(await marks(killed)).toEqual({ Emptied: 1, Kept: 3, DiagnosticStore: 3, TEMP: 1 });
  });

  it('of the other instance has touched nothing here', () => {
    expect(up.story.printed('Surrounded_IN_0').filter((line) => line.startsWith('marks '))).toHaveLength(1);
  });

  it('is survived by C: through down and up, E: is made anew', async () => {
    const stranger = place.file(instance, 'E/approot/stranger.txt');
    await place.rolevm('patch', join(place.service, 'ServiceConfiguration.cscfg'), 'E:\\approot\\stranger.txt', '--instance', instance);
    expect(existsSync(stranger)).toBe(true);
    expect(await up.stop()).toBe(0);
    up = place.up();
    await up.ready();
    expect(await marks(0)).toEqual({ Emptied: 1, Kept: 4, DiagnosticStore: 4, TEMP: 1 });
    expect(existsSync(stranger)).toBe(false);
  });
});
