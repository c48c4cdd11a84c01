import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RevertResult } from '../../../contracts/control-api.ts';
import { type Place, places, type RunningEmulator } from '../../support/emulator/start-emulator.ts';
import { watched } from '../../support/emulator/watched.ts';

const openPlace = places(afterAll);
const instance = 'Worker_IN_0';
let place: Place;
let up: RunningEmulator;
let version2: string;
let dll: string;
beforeAll(async () => {
  place = openPlace('steady');
  version2 = join(place.service, 'patches/Worker/Worker.dll');
  dll = place.file(instance, 'E/approot/Worker.dll');
  // The window stays open for a second and a half.
  up = place.up({ timings: { lostBootstrapperRestartMs: 60_000, stableReadyMs: 0 } });
  await up.ready();
  await watched(up, place, instance);
});

/** Runs a command in the window that a kill of the bootstrapper opens. @returns what it printed, and where the story goes on */
async function inWindow(...args: readonly string[]): Promise<{ from: number; printed: unknown }> {
  const from = up.story.now;
  await up.kill('WaHostBootstrapper', instance);
  const { exitCode, stdout, stderr } = await place.rolevm(...args, '--instance', instance);
  if (exitCode !== 0) throw new Error(stderr);
  return { from, printed: JSON.parse(stdout) };
}

const sha256Of = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

async function loadedNow() {
  return (await up.status()).instances.find(({ name }) => name === instance)?.loaded;
}

describe('what a host has loaded', () => {
  it('is told by status and after each Ready: hash and time of the version that runs, not of what lies there', async () => {
    const version1 = { file: 'E:\\approot\\Worker.dll', sha256: sha256Of(dll), mtime: statSync(dll).mtime.toISOString() };
    expect(await loadedNow()).toEqual([version1]);
    copyFileSync(version2, dll);
    expect(await loadedNow()).toEqual([version1]);
    const from = up.story.now;
    await place.rolevm('recycle', '--instance', instance);
    await up.story.item(
      'file',
      ({ text }) => text.startsWith(`loaded E:\\approot\\Worker.dll sha256 ${sha256Of(version2).slice(0, 16)}`),
      from,
    );
    expect(await loadedNow()).toMatchObject([{ sha256: sha256Of(version2) }]);
    expect(up.story.of('file').filter(({ text, instance: of }) => of === instance && text.startsWith('loaded '))).toHaveLength(2);
  });

  it('is nothing where a program runs, and nothing once the host has ended', async () => {
    const { instances } = await up.status();
    expect(instances.find(({ name }) => name === 'Program_IN_0')?.loaded).toEqual([]);
    const from = up.story.now;
    await up.kill('WaHostBootstrapper', instance);
    await up.story.ended(instance, 'WaWorkerHost', from);
    expect(await loadedNow()).toEqual([]);
    copyFileSync(join(place.service, 'Worker/Worker.dll'), dll);
    await up.story.output(instance, 'Run of version 1', from);
    await up.story.status(instance, 'ReadyRole', from);
  });
});

const changed = ({ instance: of, text }: { readonly instance: string; readonly text: string }) =>
  of === instance && text.startsWith('E:\\approot\\Worker.dll has changed');

describe('a copy by hand', () => {
  it('inside the window is in time, after the host has loaded the file too late, and runs from the next start on', async () => {
    const from = up.story.now;
    await up.kill('WaHostBootstrapper', instance);
    await up.story.ended(instance, 'WaWorkerHost', from);
    copyFileSync(version2, dll);
    expect((await up.story.item('file', changed, from)).text).toContain('has changed in time: ');
    await up.story.output(instance, 'Run of version 2', from);
    await up.story.status(instance, 'ReadyRole', from);
    const late = up.story.now;
    copyFileSync(join(place.service, 'Worker/Worker.dll'), dll);
    expect((await up.story.item('file', changed, late)).text).toMatch(
      /Windows would have refused that \(32, sharing violation\)\. It is too late: the running host has loaded the one before; it takes effect at the next start$/,
    );
    await place.rolevm('recycle', '--instance', instance);
    await up.story.output(instance, 'Run of version 1', late);
    await up.story.status(instance, 'ReadyRole', late);
  });
});

describe('an open window', () => {
  it('says until when it is open, and once the moment at which the host has let go of its DLL', async () => {
    const from = up.story.now;
    await up.kill('WaHostBootstrapper', instance);
    const { text } = await up.story.item('file', ({ text: told }) => told.includes('is free until'), from);
    expect(text).toMatch(/^E:\\approot\\Worker\.dll is free until \d\d:\d\d:\d\d$/);
    const { restartAt } = (await up.status()).instances.find(({ name }) => name === instance) ?? {};
    expect(Date.parse(restartAt ?? '')).toBeGreaterThan(0);
    await up.story.status(instance, 'ReadyRole', from);
    const ended = up.story.items.findIndex((item, at) => at >= from && item.type === 'process.ended' && item.name === 'WaWorkerHost');
    const free = up.story.items.findIndex((item, at) => at >= from && item.type === 'file' && item.text === text);
    expect(free).toBeGreaterThan(ended);
    expect(up.story.of('file', from).filter((item) => item.text.includes('is free until'))).toHaveLength(1);
  });
});

describe('with --strict-locks', () => {
  it('a copy onto a file that is held, and its deletion, are undone and said to be; a copy inside the window stays', async () => {
    const strictPlace = openPlace('steady');
    const strict = strictPlace.up({ timings: { lostBootstrapperRestartMs: 60_000, stableReadyMs: 0 }, args: ['--strict-locks'] });
    await strict.ready();
    const held = strictPlace.file(instance, 'E/approot/Worker.dll');
    const version1 = readFileSync(held, 'utf8');
    const undone = ({ text }: { readonly text: string }) => text.endsWith('It was undone');
    let from = strict.story.now;
    await watched(strict, strictPlace, instance);
    copyFileSync(version2, held);
    expect((await strict.story.item('file', undone, from)).text).toContain('has changed while WaWorkerHost (');
    expect(readFileSync(held, 'utf8')).toBe(version1);
    from = strict.story.now;
    rmSync(held);
    expect((await strict.story.item('file', undone, from)).text).toContain('was deleted while WaWorkerHost (');
    expect(readFileSync(held, 'utf8')).toBe(version1);
    from = strict.story.now;
    await strict.kill('WaHostBootstrapper', instance);
    await strict.story.ended(instance, 'WaWorkerHost', from);
    copyFileSync(version2, held);
    await strict.story.output(instance, 'Run of version 2', from);
  });
});

describe('a revert', () => {
  it('is refused where nothing was patched', async () => {
    const { exitCode, stderr } = await place.rolevm('patch', '--revert');
    expect({ exitCode, code: JSON.parse(stderr).error.code }).toEqual({ exitCode: 1, code: 'RV4305' });
  });

  it('puts the file from before the patch back inside the window, and not before the host has let go of it', async () => {
    const patched = await inWindow('patch', version2, '--wait');
    await up.story.status(instance, 'ReadyRole', patched.from);
    const held = await place.rolevm('patch', '--revert', '--instance', instance);
    expect({ exitCode: held.exitCode, code: JSON.parse(held.stderr).error.code }).toEqual({ exitCode: 1, code: 'RV4303' });
    const { from, printed } = await inWindow('patch', '--revert', '--wait');
    expect((printed as RevertResult).reverted).toMatchObject([{ instance, drivePath: 'E:\\approot\\Worker.dll', backup: `${dll}.bak` }]);
    await up.story.output(instance, 'Run of version 1', from);
    expect(existsSync(`${dll}.bak`)).toBe(false);
    expect(readFileSync(dll, 'utf8')).toContain("version = '1'");
    await up.story.status(instance, 'ReadyRole', from);
  });

  it('needs a file unless it is a revert', async () => {
    const { exitCode, stderr } = await place.rolevm('patch');
    expect({ exitCode, code: JSON.parse(stderr).error.code }).toEqual({ exitCode: 2, code: 'RV6203' });
  });
});
