import { describe, expect, it } from 'vitest';
import type { FaultName } from '../../../contracts/faults.ts';
import { resolveTimings } from '../../../contracts/timings.ts';
import { healthy, type PlayedHostAgent, playHostAgent } from './play-host-agent.ts';

const timings = resolveTimings(1);
const { hostRebootMs, hostOverdueMs, guestLostMs } = timings;

/** An instance whose role is Ready, with services that do what they are told. */
async function ready(): Promise<PlayedHostAgent> {
  const played = playHostAgent({ running: true, service: healthy });
  await played.goal('Started');
  await played.pass(1_000);
  played.trace.length = 0;
  return played;
}

const story = ({ trace }: PlayedHostAgent) => trace.filter((line) => line !== 'guest heard');
const faults = (played: PlayedHostAgent, names: readonly FaultName[], bootFailures?: number) =>
  played.actor.send({ type: 'faults', faults: names, ...(bootFailures === undefined ? {} : { bootFailures }) });
const event = (n: number, name: 'update-host' | 'portal-reboot' | 'power-cycle' | 'migrate') => ({ event: { n, name } });

describe('an update of the host', () => {
  it('begins when the other guests are down, however long that takes', async () => {
    const played = await ready();
    played.actor.send({ type: 'otherGuests', areOn: true });
    await played.goal('Started', event(1, 'update-host'));
    await played.pass(hostRebootMs + 60_000);
    expect(played.status()).toBe('StartingVM: Waiting for Host');
    played.actor.send({ type: 'otherGuests', areOn: false });
    await played.pass(hostRebootMs - 1_000);
    expect(played.status()).toBe('StartingVM: Waiting for Host');
    await played.pass(2_000);
    expect(played.status()).toBe('ReadyRole');
    expect(story(played)).toContain('drives after update-host');
  });

  it('is left by an instance that is healed onto another node', async () => {
    const played = await ready();
    await played.goal('Started', event(1, 'update-host'));
    await played.pass(10_000);
    await played.goal('Started', event(2, 'migrate'));
    await played.pass(2_000);
    expect(played.statuses().slice(-5)).toEqual(['StartingVM: Waiting for Host', 'DeletingVM', 'CreatingVM', 'StartingVM', 'ReadyRole']);
  });
});

describe('a host that has gone and does not come back', () => {
  it('is waited for; after thirty minutes that is told, and nothing else changes', async () => {
    const played = await ready();
    faults(played, ['host-stuck']);
    await played.goal('Started', event(1, 'power-cycle'));
    await played.pass(hostOverdueMs - 1_000);
    expect(story(played)).toEqual(['StoppingVM', 'plug pulled', 'StartingVM: Waiting for Host']);
    await played.pass(2_000);
    expect(story(played).slice(3)).toEqual(['host is overdue']);
    await played.pass(10 * hostOverdueMs);
    expect(story(played).slice(3)).toEqual(['host is overdue']);
  });

  it('lets its VM start when support has recovered it', async () => {
    const played = await ready();
    faults(played, ['host-stuck']);
    await played.goal('Started', event(1, 'power-cycle'));
    await played.pass(hostOverdueMs);
    faults(played, []);
    await played.pass(2_000);
    expect(played.status()).toBe('ReadyRole');
    expect(played.faults).toEqual([]);
  });

  it('makes what needs it wait: it happens when the host is back', async () => {
    const played = await ready();
    faults(played, ['host-stuck']);
    await played.goal('Started', event(1, 'power-cycle'));
    await played.goal('Started', event(2, 'portal-reboot'));
    await played.pass(60_000);
    expect(played.trace).not.toContain('drives after portal-reboot');
    faults(played, []);
    await played.pass(2_000);
    expect(played.trace).toContain('drives after portal-reboot');
    expect(played.status()).toBe('ReadyRole');
  });

  it('stays away after an update, too', async () => {
    const played = await ready();
    await played.goal('Started', event(1, 'update-host'));
    faults(played, ['host-stuck']);
    await played.pass(hostRebootMs + 60_000);
    expect(played.status()).toBe('StartingVM: Waiting for Host');
    faults(played, []);
    await played.pass(2_000);
    expect(played.status()).toBe('ReadyRole');
  });

  it('does not keep the deployment from ending', async () => {
    const played = await ready();
    faults(played, ['host-stuck']);
    await played.goal('Started', event(1, 'power-cycle'));
    await played.goal('Stopped');
    expect(story(played).slice(-2)).toEqual(['StoppedVM', 'off']);
  });
});

describe('a VM that does not boot', () => {
  const failedBoot = ['StartingVM', 'Windows starts', 'guest is late', 'guest is lost: boot', 'StoppingVM', 'plug pulled'];

  it('is restarted after ten minutes, and after three of them FailedStartingVM, which the fabric is told', async () => {
    const played = await ready();
    faults(played, ['boot-fails']);
    await played.goal('Started', event(1, 'power-cycle'));
    await played.pass(3 * guestLostMs + 10_000);
    expect(story(played)).toEqual([
      'StoppingVM',
      'plug pulled',
      'StartingVM',
      'drives after power-cycle',
      ...failedBoot,
      ...failedBoot,
      ...failedBoot.map((line) => (line === 'guest is lost: boot' ? 'guest is lost: boots' : line)),
      'FailedStartingVM: Windows has not started 3 times in a row: WindowsAzureGuestAgent has not reported for 600 s each time.',
      'boots fail',
    ]);
    await played.pass(3 * guestLostMs);
    expect(story(played).at(-1)).toBe('boots fail');
  });

  it('boots on another node', async () => {
    const played = await ready();
    faults(played, ['boot-fails']);
    await played.goal('Started', event(1, 'power-cycle'));
    await played.pass(3 * guestLostMs + 10_000);
    const moved = played.goal('Started', event(2, 'migrate'));
    // It is left behind on the node.
    faults(played, []);
    await moved;
    await played.pass(2_000);
    expect(played.statuses().slice(-4)).toEqual(['DeletingVM', 'CreatingVM', 'StartingVM', 'ReadyRole']);
  });

  it('boots when as many boots have failed as were to', async () => {
    const played = await ready();
    faults(played, ['boot-fails'], 2);
    await played.goal('Started', event(1, 'power-cycle'));
    await played.pass(2 * guestLostMs + 10_000);
    expect(played.trace.filter((line) => line === 'guest is lost: boot')).toHaveLength(2);
    expect(played.trace.filter((line) => line === 'boot fault is spent')).toHaveLength(1);
    expect(played.status()).toBe('ReadyRole');
  });

  it('has to fail in a row: a boot between begins anew', async () => {
    const played = await ready();
    for (const n of [1, 2]) {
      faults(played, ['boot-fails'], 2);
      await played.goal('Started', event(n, 'power-cycle'));
      await played.pass(2 * guestLostMs + 10_000);
      expect(played.status()).toBe('ReadyRole');
    }
    expect(played.trace).not.toContain('boots fail');
  });

  it('can be powered off in any moment', async () => {
    for (const ms of [1_000, guestLostMs, 3 * guestLostMs + 10_000]) {
      const played = await ready();
      faults(played, ['boot-fails']);
      await played.goal('Started', event(1, 'power-cycle'));
      await played.pass(ms);
      await played.goal('Stopped');
      await played.pass(2_000);
      expect(story(played).slice(-2)).toEqual(['StoppedVM', 'off']);
    }
  });
});
