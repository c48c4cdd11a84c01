import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PatchResult } from '../../../contracts/control-api.ts';
import { type CommandResult, type Place, places, type RunningEmulator } from '../../support/emulator/start-emulator.ts';

const openPlace = places(afterAll);
const instance = 'Worker_IN_0';
let place: Place;
let up: RunningEmulator;
let version2: string;
beforeAll(async () => {
  place = openPlace('steady');
  version2 = join(place.service, 'patches/Worker/Worker.dll');
  // The window stays open for a second and a half.
  up = place.up({ timings: { lostBootstrapperRestartMs: 60_000, stableReadyMs: 0 } });
  await up.ready();
});

function patchedBy({ exitCode, stdout, stderr }: CommandResult): PatchResult['patched'] {
  if (exitCode !== 0) throw new Error(stderr);
  return (JSON.parse(stdout) as PatchResult).patched;
}

/** Patches in the window that a kill of the bootstrapper opens. @returns where the story goes on */
async function patchInWindow(...args: readonly string[]): Promise<{ from: number; patched: PatchResult['patched'] }> {
  const from = up.story.now;
  await up.kill('WaHostBootstrapper', instance);
  const patched = patchedBy(await place.rolevm('patch', ...args, '--instance', instance, '--wait'));
  await up.story.status(instance, 'ReadyRole', from);
  return { from, patched };
}

describe('a hot patch', () => {
  it('is refused while the host has the DLL loaded, naming the holder, and nothing is changed', async () => {
    const host = (await up.ps()).find((process) => process.instance === instance && process.name === 'WaWorkerHost');
    const { exitCode, stderr } = await place.rolevm('patch', version2, '--instance', instance);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stderr).error).toMatchObject({
      code: 'RV4303',
      message: `E:\\approot\\Worker.dll is in use by WaWorkerHost (${host?.pid}) of ${instance}: Windows would refuse the copy (32, sharing violation)`,
    });
    expect(readFileSync(place.file(instance, 'E/approot/Worker.dll'), 'utf8')).toContain("version = '1'");
    expect(existsSync(place.file(instance, 'E/approot/Worker.dll.bak'))).toBe(false);
  });

  it('gives up waiting for the window when its time is over, and says so', async () => {
    const { exitCode, stderr } = await place.rolevm('patch', version2, '--instance', instance, '--wait', '50ms');
    expect(exitCode).toBe(1);
    expect(JSON.parse(stderr).error).toMatchObject({ code: 'RV4303', message: expect.stringContaining('is in use by WaWorkerHost') });
  });

  it('waits for the window: version 2 runs after the kill, the file from before stands beside it, in this instance only', async () => {
    const waiting = place.rolevm('patch', version2, '--instance', instance, '--wait');
    const from = up.story.now;
    await up.kill('WaHostBootstrapper', instance);
    const patched = patchedBy(await waiting);
    await up.story.output(instance, 'Run of version 2', from);
    const dll = place.file(instance, 'E/approot/Worker.dll');
    expect(patched).toMatchObject([{ instance, drivePath: 'E:\\approot\\Worker.dll', hostPath: dll, backup: `${dll}.bak` }]);
    expect(readFileSync(`${dll}.bak`, 'utf8')).toContain("version = '1'");
    expect(readFileSync(dll, 'utf8')).toBe(readFileSync(version2, 'utf8'));
    expect(readFileSync(place.file('Worker_IN_1', 'E/approot/Worker.dll'), 'utf8')).toContain("version = '1'");
    expect(up.story.printed(instance, from)).not.toContain('OnStop of version 1');
    await up.story.status(instance, 'ReadyRole', from);
  });

  it('survives a recycle', async () => {
    const from = up.story.now;
    await place.rolevm('recycle', '--instance', instance);
    await up.story.output(instance, 'Run of version 2', from);
    expect(up.story.printed(instance, from)).toContain('OnStop of version 2');
    await up.story.status(instance, 'ReadyRole', from);
  });

  it('is taken back by copying the backup, which is kept as well', async () => {
    const dll = place.file(instance, 'E/approot/Worker.dll');
    const { from, patched } = await patchInWindow(`${dll}.bak`, 'E:\\approot\\Worker.dll');
    await up.story.output(instance, 'Run of version 1', from);
    expect(patched[0]?.backup).toBe(`${dll}.bak.1`);
    expect(readFileSync(`${dll}.bak`, 'utf8')).toContain("version = '1'");
    expect(readFileSync(`${dll}.bak.1`, 'utf8')).toContain("version = '2'");
  });

  it('may be copied by hand inside the window, and the copy is told of', async () => {
    const from = up.story.now;
    await up.kill('WaHostBootstrapper', instance);
    await up.story.ended(instance, 'WaWorkerHost', from);
    copyFileSync(version2, place.file(instance, 'E/approot/Worker.dll'));
    await up.story.output(instance, 'Run of version 2', from);
    const told = await up.story.item('file', (item) => item.instance === instance && item.text.includes('Worker.dll has changed'), from);
    expect(told.text).toMatch(/^E:\\approot\\Worker\.dll has changed in time: /);
    await up.story.status(instance, 'ReadyRole', from);
  });

  it('copied by hand over a DLL that is held is what Windows would have refused, and that is said', async () => {
    const from = up.story.now;
    const host = (await up.ps()).find((process) => process.instance === instance && process.name === 'WaWorkerHost');
    copyFileSync(join(place.service, 'Worker/Worker.dll'), place.file(instance, 'E/approot/Worker.dll'));
    const told = await up.story.item('file', (item) => item.instance === instance && item.text.includes('has changed'), from);
    expect(told.text).toBe(
      `E:\\approot\\Worker.dll has changed while WaWorkerHost (${host?.pid}) has it loaded: Windows would have refused that (32, sharing violation). It is too late: the running host has loaded the one before; it takes effect at the next start`,
    );
  });

  it('of a file that no instance has is refused, unless its place is named', async () => {
    const stranger = join(place.service, 'patches/Stranger.txt');
    copyFileSync(version2, stranger);
    const { exitCode, stderr } = await place.rolevm('patch', stranger);
    expect({ exitCode, code: JSON.parse(stderr).error.code }).toEqual({ exitCode: 1, code: 'RV4302' });
    const patched = patchedBy(await place.rolevm('patch', stranger, 'E:\\approot\\Stranger.txt', '--instance', instance));
    expect(patched).toMatchObject([{ instance, drivePath: 'E:\\approot\\Stranger.txt' }]);
    expect(patched[0]).not.toHaveProperty('backup');
    expect(existsSync(place.file(instance, 'E/approot/Stranger.txt'))).toBe(true);
  });

  it('never leaves its drive', async () => {
    const { exitCode, stderr } = await place.rolevm('patch', version2, 'E:\\..\\..\\..\\Worker.dll', '--instance', instance);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stderr).error.code).toMatch(/^RV3/);
    expect(existsSync(join(place.stateDirectory, '../Worker.dll'))).toBe(false);
  });
});
