import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InstancePlan, PlannedDrive } from '../../../contracts/event-plan.ts';
import { type Place, places, type RunningEmulator } from '../../support/emulator/start-emulator.ts';

const openPlace = places(afterAll);
const instance = 'Worker_IN_0';
const storages =
  '<LocalResources><LocalStorage name="Cleaned" sizeInMB="5" cleanOnRoleRecycle="true" /><LocalStorage name="Kept" sizeInMB="5" cleanOnRoleRecycle="false" /></LocalResources>';

let place: Place;
let up: RunningEmulator;
let folder: string;
let id: string;
beforeAll(async () => {
  place = openPlace('steady', (service) => {
    folder = service;
    const definition = join(service, 'ServiceDefinition.csdef');
    writeFileSync(definition, readFileSync(definition, 'utf8').replace('</Startup>', `</Startup>${storages}`));
  });
  up = place.up();
  await up.ready();
  ({ id } = place.deployment());
  const from = up.story.now;
  const patching = place.rolevm('patch', join(folder, 'patches/Worker/Worker.dll'), '--instance', instance, '--wait');
  await up.kill('WaHostBootstrapper', instance);
  expect((await patching).exitCode).toBe(0);
  await up.story.output(instance, 'Run of version 2', from);
  await up.story.status(instance, 'ReadyRole', from);
});

const files = () => ({
  cleaned: `C/Resources/Directory/${id}.Worker.Cleaned/cache.bin`,
  kept: `C/Resources/Directory/${id}.Worker.Kept/data.bin`,
  temporary: `C/Resources/temp/${id}.Worker/RoleTemp/upload.tmp`,
  installed: 'D/Program Files/Tool/tool.exe',
  notes: 'E/approot/notes.txt',
});
const inWindows = (file: string) => `${file[0]}:${file.slice(1).replaceAll('/', '\\')}`;
const leave = () => {
  for (const file of Object.values(files())) {
    mkdirSync(dirname(place.file(instance, file)), { recursive: true });
    writeFileSync(place.file(instance, file), file);
  }
};
const there = () => Object.entries(files()).flatMap(([name, file]) => (existsSync(place.file(instance, file)) ? [name] : []));

async function planned(event: string): Promise<InstancePlan & Record<'C' | 'D' | 'E', PlannedDrive>> {
  const { exitCode, stdout, stderr } = await place.rolevm('plan', event, '--instance', instance);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const [plan] = JSON.parse(stdout).instances;
  return { ...plan, ...Object.fromEntries(plan.drives.map((drive: PlannedDrive) => [drive.letter, drive])) };
}
/** Files named, without those that the platform writes. */
const named = ({ files: list }: PlannedDrive) =>
  list.flatMap(({ file, becomes, patched }) =>
    /^C:\\(Logs|Config)|WaHostBootstrapper\.log|winevt|DiagnosticStore/.test(file)
      ? []
      : [`${becomes}${patched ? ' patched' : ''} ${file}`],
  );

const dll = 'E:\\approot\\Worker.dll';
const emptied = () => [files().cleaned, files().temporary].map((file) => `emptied ${inWindows(file)}`);
const lostOnC = () => [files().cleaned, files().kept, files().temporary].map((file) => `lost ${inWindows(file)}`);
const lostOnD = () => [`lost ${inWindows(files().installed)}`];
const lostOnE = () => [`reset patched ${dll}`, `lost ${dll}.bak`, `lost ${inWindows(files().notes)}`];
const tasks = ['prepare.js', 'collect.js'];

describe('the plan of', () => {
  beforeAll(leave);

  it('a recycle: the patch stays, what a start empties is emptied', async () => {
    const plan = await planned('recycle');
    expect([plan.C, plan.D, plan.E].map(named)).toEqual([emptied(), [], []]);
    expect([plan.C, plan.D, plan.E].map(({ fate }) => fate)).toEqual(['preserved', 'preserved', 'preserved']);
    expect(plan.E.patchesThatStay).toEqual([dll]);
    expect(plan).toMatchObject({ restartsVm: false, orderly: true, tasks, eventIds: [] });
  });

  it('a portal reboot: the patch goes, what was installed on D: stays', async () => {
    const plan = await planned('portal-reboot');
    expect([plan.C, plan.D, plan.E].map(named)).toEqual([emptied(), [], lostOnE()]);
    expect(plan).toMatchObject({ restartsVm: true, orderly: true, tasks, eventIds: [1074, 13, 6006, 12, 6005], lostEventIds: [] });
  });

  it('a reimage: the patch and what was installed go', async () => {
    const plan = await planned('reimage');
    expect([plan.C, plan.D, plan.E].map(named)).toEqual([emptied(), lostOnD(), lostOnE()]);
    expect(plan).toMatchObject({ lostEventIds: [1074, 13, 6006] });
  });

  it('a rebuild: everything goes', async () => {
    const plan = await planned('rebuild');
    expect([plan.C, plan.D, plan.E].map(named)).toEqual([lostOnC(), lostOnD(), lostOnE()]);
    expect(plan.C.stay).toBe(0);
  });

  it('a power cycle: D: goes without a goodbye, the patch stays', async () => {
    const plan = await planned('power-cycle');
    expect([plan.C, plan.D, plan.E].map(named)).toEqual([emptied(), lostOnD(), []]);
    expect(plan.E.patchesThatStay).toEqual([dll]);
    expect(plan).toMatchObject({ restartsVm: true, orderly: false, eventIds: [12, 6005] });
  });

  it('something that is no event is refused with what was meant and all there are', async () => {
    const { exitCode, stderr } = await place.rolevm('plan', 'portal-rebot');
    expect(exitCode).toBe(2);
    expect(JSON.parse(stderr).error).toMatchObject({
      code: 'RV6213',
      message: 'there is no event portal-rebot',
      mend: expect.stringMatching(/^did you mean portal-reboot\? the events are recycle, reboot, .*, update-agent$/),
    });
    expect((await place.rolevm('plan')).exitCode).toBe(2);
    const nobody = await place.rolevm('plan', 'recycle', '--instance', 'Nobody_IN_0');
    expect([nobody.exitCode, JSON.parse(nobody.stderr).error.code]).toEqual([1, 'RV4405']);
  });

  it('an event names every instance unless one is meant, and changes nothing', async () => {
    const { stdout } = await place.rolevm('plan', 'REBUILD');
    expect(JSON.parse(stdout).instances.map(({ instance: name }: InstancePlan) => name)).toEqual([instance, 'Worker_IN_1', 'Program_IN_0']);
    expect(there()).toEqual(Object.keys(files()));
  });
});

describe('what a plan has said', () => {
  it('happens at a recycle', async () => {
    leave();
    const plan = await planned('recycle');
    const from = up.story.now;
    await place.rolevm('recycle', '--instance', instance);
    await up.story.output(instance, 'Run of version 2', from);
    await up.story.status(instance, 'ReadyRole', from);
    expect(up.story.printed(instance, from)).toContain('OnStop of version 2');
    const gone = named(plan.C).map((text) => text.replace('emptied ', ''));
    for (const [name, file] of Object.entries(files()))
      expect([name, there().includes(name)]).toEqual([name, !gone.includes(inWindows(file))]);
    expect(there()).toEqual(['kept', 'installed', 'notes']);
  });

  it('happens at stop and start: the patch is gone, C: and D: are as they were', async () => {
    leave();
    const stop = await planned('stop');
    const start = await planned('start');
    expect([stop.C, stop.D, stop.E].map(named)).toEqual([[], [], []]);
    expect(stop).toMatchObject({ orderly: true, tasks: [] });
    expect([start.C, start.D, start.E].map(named)).toEqual([emptied(), [], lostOnE()]);
    expect(start).toMatchObject({ tasks });
    expect(await up.stop()).toBe(0);
    expect(there()).toEqual(Object.keys(files()));
    up = place.up();
    await up.ready();
    expect(there()).toEqual(['kept', 'installed']);
    expect(readFileSync(place.file(instance, 'E/approot/Worker.dll'), 'utf8')).toContain("version = '1'");
    expect(existsSync(place.file(instance, 'E/approot/Worker.dll.bak'))).toBe(false);
    expect(named((await planned('reimage')).E)).toEqual([]);
  });
});

it('the table of all events needs no emulator', async () => {
  const elsewhere = openPlace('steady');
  const { exitCode, stdout } = await elsewhere.rolevm('plan', '--all');
  expect(exitCode).toBe(0);
  expect(Object.keys(JSON.parse(stdout))).toHaveLength(13);
  expect((await elsewhere.rolevm('plan', 'recycle')).exitCode).toBe(3);
});
