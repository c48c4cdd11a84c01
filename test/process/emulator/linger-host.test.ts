import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { FaultResult } from '../../../contracts/faults.ts';
import { isAlive } from '../../../kernel/process-table/index.ts';
import { type Place, places, type RunningEmulator } from '../../support/emulator/start-emulator.ts';

const openPlace = places(afterEach);
const instance = 'Worker_IN_0';
/** The window stays open for a second and a half; failures never make the role cycle. */
const timings = { lostBootstrapperRestartMs: 60_000, stableReadyMs: 0 };

async function startWithFault(): Promise<{ place: Place; up: RunningEmulator; fault: (...args: string[]) => Promise<FaultResult> }> {
  const place = openPlace('steady');
  const up = place.up({ timings });
  await up.ready();
  const fault = async (...args: readonly string[]) => {
    const { exitCode, stdout, stderr } = await place.rolevm('fault', ...args);
    if (exitCode !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as FaultResult;
  };
  await fault('linger-host', '--instance', instance);
  return { place, up, fault };
}

async function entryOf(up: RunningEmulator) {
  return (await up.status()).instances.find(({ name }) => name === instance);
}

const outlives = ({ text }: { readonly text: string }) => text.includes('outlives its job');

describe('a role host that outlives its job', () => {
  it('lives, serves and holds its DLL until it is ended by hand; then the files are free and the role comes back', async () => {
    const { place, up } = await startWithFault();
    const from = up.story.now;
    const [host] = (await up.ps()).filter((row) => row.instance === instance && row.name === 'WaWorkerHost');
    await up.kill('WaHostBootstrapper', instance);
    const { text } = await up.story.item('notice', outlives, from);
    expect(text).toMatch(new RegExp(`^WaWorkerHost \\(${host?.pid}\\) outlives its job: end it by hand`));
    // The rest of the job has ended.
    expect((await up.ps()).filter((row) => row.instance === instance).map(({ name }) => name)).toEqual([
      'WaAppAgent',
      'WindowsAzureGuestAgent',
      'WaWorkerHost',
    ]);
    expect((await entryOf(up))?.loaded).toMatchObject([{ file: 'E:\\approot\\Worker.dll' }]);
    const refused = await place.rolevm('patch', join(place.service, 'patches/Worker/Worker.dll'), '--instance', instance);
    expect([refused.exitCode, JSON.parse(refused.stderr).error.code]).toEqual([1, 'RV4303']);

    await up.kill('WaWorkerHost', instance);
    expect((await up.story.ended(instance, 'WaWorkerHost', from)).cause).toEqual({ kind: 'killed', signal: 'SIGKILL' });
    await up.story.item('file', (item) => item.instance === instance && item.text.includes('is free until'), from);
    const patched = await place.rolevm('patch', join(place.service, 'patches/Worker/Worker.dll'), '--instance', instance);
    expect(patched.exitCode).toBe(0);
    await up.story.output(instance, 'Run of version 2', from);
    await up.story.status(instance, 'ReadyRole', from);
    expect(await up.stop()).toBe(0);
  });

  it('is ended before the next bootstrapper starts: two hosts never run together', async () => {
    const { up } = await startWithFault();
    const from = up.story.now;
    await up.kill('WaHostBootstrapper', instance);
    await up.story.item('notice', outlives, from);
    const { pid, cause } = await up.story.ended(instance, 'WaWorkerHost', from);
    await up.story.status(instance, 'ReadyRole', from);
    expect(cause).toEqual({ kind: 'jobClosed', signal: 'SIGKILL' });
    // Its files were never free.
    expect(up.story.of('file', from).filter(({ text }) => text.includes('is free until'))).toEqual([]);
    const at = (type: string, name: string) =>
      up.story.items.findIndex((item, index) => index >= from && item.type === type && 'name' in item && item.name === name);
    expect(at('process.ended', 'WaWorkerHost')).toBeLessThan(at('process.started', 'WaHostBootstrapper'));
    expect(isAlive({ pid, startTicks: '' })).toBe(false);
  });

  it('is a matter of a killed bootstrapper only, of the instance that was named, and until it is cleared', async () => {
    const { place, up, fault } = await startWithFault();
    expect((await fault()).faults).toMatchObject([{ instance, fault: 'linger-host' }]);
    expect((await entryOf(up))?.faults).toEqual(['linger-host']);
    let from = up.story.now;
    await place.rolevm('recycle', '--instance', instance);
    await up.story.status(instance, 'StoppingRole', from);
    await up.story.status(instance, 'ReadyRole', from);
    await up.kill('WaHostBootstrapper', 'Worker_IN_1');
    await up.story.ended('Worker_IN_1', 'WaWorkerHost', from);
    expect((await fault('--clear')).faults).toEqual([]);
    const cleared = up.story.now;
    await up.kill('WaHostBootstrapper', instance);
    await up.story.status(instance, 'ReadyRole', cleared);
    expect(up.story.of('notice', from).filter(outlives)).toEqual([]);
    // A guest agent that starts anew is told again.
    await fault('linger-host');
    from = up.story.now;
    await up.kill('WindowsAzureGuestAgent', instance);
    await up.story.started(instance, 'WindowsAzureGuestAgent', from);
    await up.story.status(instance, 'ReadyRole', from);
    await up.kill('WaHostBootstrapper', instance);
    await up.story.item('notice', (item) => item.instance === instance && outlives(item), from);
    expect(await up.stop()).toBe(0);
  });
});
