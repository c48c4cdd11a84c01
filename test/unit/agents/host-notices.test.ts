import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostNotices } from '../../../agents/host-agent/host-notices.ts';
import { resolveTimings } from '../../../contracts/timings.ts';
import { steppingClock } from '../../../kernel/stepping-clock.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rolevm-notices-'));
  writeFileSync(join(folder, 'agent.log'), 'one\ntwo\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

function notices(log = 'none') {
  const told: string[] = [];
  const clock = steppingClock();
  const notice = hostNotices(resolveTimings(1), clock, join(folder, log), (text) => told.push(text));
  notice.boots();
  notice.service({ type: 'service.started', service: 'WindowsAzureGuestAgent', process });
  return { notice, clock, told };
}

const process = { pid: 42, startTicks: '1', startedAt: '' };

describe('what the host agent says of those it waits for', () => {
  it('names the silent agent, for how long it is silent, what comes of it and what it has written last; then that it answers again', () => {
    const { notice, clock, told } = notices('agent.log');
    notice.guestHeard();
    clock.advance(11_000);
    notice.guestLate();
    clock.advance(49_000);
    notice.guestHeard();
    notice.guestHeard();
    expect(told).toEqual([
      'WindowsAzureGuestAgent (42) has not answered for 11 s; the VM is restarted after 600 s. Its last lines:\n  one\n  two',
      'WindowsAzureGuestAgent (42) answers again after 60 s.',
    ]);
  });

  it('knows one that has never reported since Windows started', () => {
    const { notice, clock, told } = notices();
    clock.advance(20_000);
    notice.guestLate();
    clock.advance(580_000);
    notice.guestLost('boot');
    expect(told).toEqual([
      'WindowsAzureGuestAgent (42) has not reported since Windows started for 20 s; the VM is restarted after 600 s.',
      'WindowsAzureGuestAgent (42) has not reported since Windows started for 600 s; the VM is restarted.',
    ]);
  });

  it('says why a VM is powered off without asking, and which service would not stop', () => {
    const { notice, clock, told } = notices();
    notice.guestHeard();
    clock.advance(60_000);
    notice.guestLost('stop');
    notice.service({ type: 'service.overdue', service: 'WaAppAgent', process, after: 'stop' });
    notice.service({ type: 'service.overdue', service: 'WaAppAgent', process, after: 'kill' });
    notice.creationIsLong();
    expect(told).toEqual([
      'WindowsAzureGuestAgent (42) has not answered for 60 s; it cannot be told to stop, so the VM is powered off.',
      'WaAppAgent (42) has not stopped 20 s after it was told to; it is killed.',
      'WaAppAgent (42) was killed and has not ended after 20 s; the VM is ended without it.',
      'The drives of the VM are being made for 300 s; they are waited for without limit.',
    ]);
  });
});
