import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { places } from '../../support/emulator/start-emulator.ts';

const openPlace = places(afterEach);
/** Ten minutes last ten seconds, which is as short as they may be. */
const speed = 60;
const tenMinutesMs = 10_000;

describe('an emulator that was suspended, as by a laptop that sleeps', () => {
  it('takes the silence of that time for none: every instance stays Ready, no VM is restarted, and the ten minutes still hold', async () => {
    const place = openPlace('steady');
    const up = place.up({ speed });
    await up.ready();
    const before = (await up.ps()).map(({ pid }) => pid);
    const { pid } = (await up.status()).emulator;
    const from = up.story.now;
    process.kill(pid, 'SIGSTOP');
    await pause(tenMinutesMs + 1_000);
    process.kill(pid, 'SIGCONT');
    // Whatever was overdue has fallen due by then.
    await pause(1_000);
    expect(up.story.of('status', from).map(({ instance }) => instance.state)).toEqual([]);
    const after = await up.ps();
    expect(after.map((row) => row.pid)).toEqual(before);
    expect(up.story.of('process.ended', from)).toEqual([]);

    // A guest agent that is really silent is still minded.
    await place.rolevm('debug', 'break', '--instance', 'Worker_IN_0');
    const { vmRestartAt } = await up.story.status('Worker_IN_0', 'UnresponsiveRole', from);
    expect(Math.abs(Date.parse(vmRestartAt ?? '') - Date.now() - tenMinutesMs)).toBeLessThan(5_000);
    await place.rolevm('debug', 'detach');
    await up.story.status('Worker_IN_0', 'ReadyRole', from);
    expect(await up.stop()).toBe(0);
    expect(up.story.of('status', from).some(({ instance }) => instance.state === 'StartingVM')).toBe(false);
  });
});

describe('a bootstrapper that gives no sign of life', () => {
  it('is taken to be busy and waited for, which is told with its last lines, as is that it answers again', async () => {
    const place = openPlace('steady');
    const up = place.up({ speed });
    await up.ready();
    const from = up.story.now;
    await place.rolevm('debug', 'break', 'WaHostBootstrapper', '--instance', 'Worker_IN_0');
    const { instance, text } = await up.story.item('notice', (item) => item.text.includes('has not answered'), from);
    expect([instance, text]).toEqual([
      'Worker_IN_0',
      expect.stringMatching(
        /^WaHostBootstrapper \(\d+\) has not answered for \d+ s: it is taken to be busy and waited for\. Its last lines:\n/,
      ),
    ]);
    expect(text).toContain('Executing "E:\\base\\x64\\WaWorkerHost.exe"');
    await place.rolevm('debug', 'detach');
    await up.story.item('notice', (item) => /^WaHostBootstrapper \(\d+\) answers again after \d+ s\.$/.test(item.text), from);
    expect(up.story.of('status', from)).toEqual([]);
    expect(await up.stop()).toBe(0);
  });
});
