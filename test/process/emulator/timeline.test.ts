import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { XMLValidator } from 'fast-xml-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Timeline, TimelineInstance } from '../../../taskmgr/timeline/timeline.ts';
import { type Place, places, type RunningEmulator } from '../../support/emulator/start-emulator.ts';

const openPlace = places(afterAll);
const instance = 'Worker_IN_0';
let place: Place;

async function timeline(...args: readonly string[]): Promise<Timeline> {
  const { exitCode, stdout, stderr } = await place.rolevm('timeline', ...args);
  if (exitCode !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Timeline;
}

function theInstance({ instances }: Timeline): TimelineInstance {
  const found = instances.find(({ name }) => name === instance);
  if (found === undefined) throw new Error(`the time line has no ${instance}`);
  return found;
}

const generations = ({ processes }: TimelineInstance, name: string) => processes.filter((process) => process.name === name);

describe('the time line of a hot patch', () => {
  let up: RunningEmulator;
  let running: Timeline;
  beforeAll(async () => {
    place = openPlace('steady');
    // The window stays open for a second and a half; every start takes longer than it may.
    up = place.up({ timings: { lostBootstrapperRestartMs: 60_000, stableReadyMs: 0, roleStartMs: 1 } });
    await up.ready();
    const from = up.story.now;
    const patching = place.rolevm('patch', join(place.service, 'patches/Worker/Worker.dll'), '--instance', instance, '--wait');
    await up.kill('WaHostBootstrapper', instance);
    expect((await patching).exitCode).toBe(0);
    await up.story.output(instance, 'Run of version 2', from);
    await up.story.status(instance, 'ReadyRole', from);
    running = await timeline(instance);
    expect((await place.rolevm('down')).exitCode).toBe(0);
  });

  it('is there while the emulator runs', () => {
    expect(running.runs.map(({ ending }) => ending)).toEqual(['goes on']);
    expect(theInstance(running).states.at(-1)).toMatchObject({ state: 'ReadyRole', ending: 'goes on' });
    expect(generations(theInstance(running), 'WaWorkerHost').map(({ ending }) => ending)).toEqual(['seen', 'goes on']);
  });

  it('is there after the end, with window, patch, both generations and the causes of their ends', async () => {
    const ended = await timeline();
    const found = theInstance(ended);
    expect(ended.runs.map(({ ending }) => ending)).toEqual(['seen']);
    expect(generations(found, 'WaHostBootstrapper').map(({ cause }) => cause?.kind)).toEqual(['killed', 'exited']);
    expect(generations(found, 'WaWorkerHost').map(({ cause }) => cause?.kind)).toEqual(['jobClosed', 'asked']);
    const [window] = found.windows;
    const [first, second] = generations(found, 'WaHostBootstrapper');
    const [patch] = found.drives.filter(({ what }) => what === 'patched');
    expect(found.windows).toHaveLength(1);
    const order = [first?.from, window?.from, window?.freeFrom, patch?.at, second?.from, second?.to];
    expect(order.every((stamp) => stamp !== undefined)).toBe(true);
    expect(order).toEqual([...order].sort());
    expect(patch?.drivePath).toBe('E:\\approot\\Worker.dll');
    expect(found.states.map(({ state }) => state)).toEqual(up.story.states(instance));
    expect(found.events.map(({ id }) => id)).toEqual(expect.arrayContaining([6005, 1074, 6006]));
  });

  it('holds every start against its limit, and the emulator told when it was crossed', async () => {
    const { limits } = theInstance(await timeline());
    expect(limits.filter(({ limit }) => limit === 'start').map(({ outcome, crossedAt }) => [outcome, crossedAt !== undefined])).toEqual([
      ['reached', true],
      ['reached', true],
    ]);
    const notices = up.story.of('notice').filter((notice) => notice.instance === instance);
    expect(notices.map(({ text }) => text)).toEqual(
      Array.from({ length: 2 }, () => expect.stringContaining('on its way to Ready: the fabric goes on')),
    );
  });

  it('is a picture that is XML, with the cause in it', async () => {
    const file = join(place.stateDirectory, '..', 'timeline.svg');
    expect((await place.rolevm('timeline', instance, '--svg', file)).exitCode).toBe(0);
    const svg = readFileSync(file, 'utf8');
    expect(XMLValidator.validate(svg)).toBe(true);
    expect(svg).toContain('killed by SIGKILL');
    expect(await place.rolevm('timeline', '--svg', join(file, 'below'))).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('RV6413'),
    });
  });

  it('goes on with the next run, and shows the end of one that was killed where its VMs were last seen', async () => {
    const next = place.up();
    await next.ready();
    const { emulator } = await next.status();
    process.kill(emulator.pid, 'SIGKILL');
    await next.keeper;
    const { runs } = await timeline('--last', '2');
    expect(runs.map(({ ending }) => ending)).toEqual(['seen', 'unseen']);
    expect((await timeline()).runs.map(({ pid }) => pid)).toEqual([emulator.pid]);
    expect((await timeline()).instances.flatMap(({ drives }) => drives.map(({ text }) => text))).toContain('E: made anew');
  });
});
