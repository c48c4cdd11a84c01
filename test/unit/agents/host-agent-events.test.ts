import { describe, expect, it } from 'vitest';
import { type VmEventName, vmEvents } from '../../../contracts/events.ts';
import type { HostGoal } from '../../../contracts/host-goal.ts';
import { resolveTimings } from '../../../contracts/timings.ts';
import { eventFates } from '../../../sandbox/drive-fate.ts';
import { installer, playHostAgent } from './play-host-agent.ts';

const timings = resolveTimings(1);

/** An instance whose role is Ready; its services do what they are told, its role ends when it is told to. */
async function readyInstance(eventDone = 0, createVm: () => Promise<void> = async () => {}) {
  const played = playHostAgent({
    running: true,
    eventDone,
    createVm,
    service: (name, command, process) => {
      if (command.type !== 'process.send') return;
      const { message } = command;
      if (message.type === 'service.stop') queueMicrotask(() => process.exits({ kind: 'asked', code: 0 }));
      installer(name, command, process);
      if (name !== 'WindowsAzureGuestAgent') return;
      if (message.type === 'heartbeat') process.says(message);
      if (message.type !== 'goal') return;
      if (message.goal.expectedState === 'Stopped') {
        process.says({ type: 'status', incarnation: 1, status: 'StoppingRole', details: '' });
        process.says({ type: 'role.stopped' });
      } else {
        process.says({ type: 'status', incarnation: 1, status: 'ReadyRole', details: '' });
      }
    },
  });
  await played.goal('Started');
  await played.pass(1_000);
  played.trace.length = 0;
  const happens = async (name: VmEventName, change: Partial<HostGoal> = {}) => {
    await played.goal('Started', { power: 'on', event: { n: eventDone + 1, name }, ...change });
    await played.pass(2_000 + (name === 'update-host' ? timings.hostRebootMs : 0));
    return played.trace.filter((line) => !line.startsWith('guest heard'));
  };
  return { played, happens };
}

const through = [
  'StoppingRole',
  'StoppingVM',
  'Windows shuts down',
  'WindowsAzureGuestAgent ended as asked with code 0',
  'WaAppAgent ended as asked with code 0',
  'plug pulled',
];
const booted = ['StartingVM', 'Windows starts', 'WaAppAgent starts', 'WindowsAzureGuestAgent starts', 'ReadyRole'];

describe('an event', () => {
  it.each(['portal-reboot', 'reimage', 'rebuild', 'update-guest'] as const)(
    '%s ends the role in order, shuts Windows down, makes the drives, and starts all anew',
    async (name) => {
      const { happens } = await readyInstance();
      expect(await happens(name)).toEqual([...through, 'StartingVM', `drives after ${name}`, ...booted]);
    },
  );

  it('update-host waits for the host before the drives are made', async () => {
    const { happens } = await readyInstance();
    expect(await happens('update-host')).toEqual([
      ...through,
      'StartingVM: Waiting for Host',
      'StartingVM',
      'drives after update-host',
      ...booted,
    ]);
  });

  it('reboot from inside asks nobody in the role, but Windows shuts down in order', async () => {
    const { happens } = await readyInstance();
    const [, ...shutdown] = through;
    expect(await happens('reboot')).toEqual([
      ...shutdown.map((line) => (line === 'Windows shuts down' ? `${line} from inside` : line)),
      'StartingVM',
      'drives after reboot',
      ...booted,
    ]);
  });

  it.each(['reboot', 'power-cycle', 'migrate'] as const)('%s tells the guest agent nothing of it', async (name) => {
    const { played } = await readyInstance();
    const agent = played.agent();
    const told = agent.commands.length;
    await played.goal('Started', { power: 'on', event: { n: 1, name } });
    const messages = agent.commands.slice(told).flatMap((command) => (command.type === 'process.send' ? [command.message.type] : []));
    expect(messages.filter((type) => type === 'goal')).toEqual([]);
  });

  it('power-cycle ends everything at once', async () => {
    const { happens } = await readyInstance();
    expect(await happens('power-cycle')).toEqual(['StoppingVM', 'plug pulled', 'StartingVM', 'drives after power-cycle', ...booted]);
  });

  it('migrate deletes the VM and creates another', async () => {
    const { happens } = await readyInstance();
    expect(await happens('migrate')).toEqual(['StoppingVM', 'plug pulled', 'DeletingVM', 'CreatingVM', 'drives after migrate', ...booted]);
  });

  it.each(['upgrade', 'start'] as const)('%s changes the drives while Windows stays on', async (name) => {
    const { happens } = await readyInstance();
    expect(await happens(name)).toEqual(['StoppingRole', `drives after ${name}`, 'ReadyRole']);
  });

  it('that has happened does not happen again, whatever goal comes', async () => {
    const { played, happens } = await readyInstance(3);
    expect(await happens('reimage', { event: { n: 3, name: 'reimage' } })).toEqual(['ReadyRole']);
    expect(played.faults).toEqual([]);
  });

  it.each(vmEvents.filter((name) => name !== 'recycle'))('%s that came while Windows boots happens after that', async (name) => {
    const { played } = await readyInstance();
    await played.goal('Started', { power: 'on', event: { n: 1, name: 'power-cycle' } });
    await played.goal('Started', { power: 'on', event: { n: 2, name } });
    await played.pass(3_000 + timings.hostRebootMs);
    expect(played.trace).toContain(`drives after ${name}`);
    expect(played.trace.at(-1)?.startsWith('guest heard') ? 'ReadyRole' : played.trace.at(-1)).toBe('ReadyRole');
  });

  it('that nobody in the role can hear of is made with the power off', async () => {
    const { played } = await readyInstance();
    const agent = played.agent();
    agent.says = () => {};
    await played.pass(10_000);
    await played.goal('Started', { power: 'on', event: { n: 1, name: 'portal-reboot' } });
    await played.pass(timings.guestUnresponsiveMs + 5_000);
    expect(played.trace).toContain('guest is lost: stop');
    expect(played.trace).toContain('drives after portal-reboot');
  });

  it('is given up for the end of the emulator', async () => {
    const { played } = await readyInstance();
    await played.goal('Stopped', { event: { n: 1, name: 'reimage' } });
    await played.pass(2_000);
    expect(played.trace.slice(-2)).toEqual(['StoppedVM', 'off']);
    expect(played.trace).not.toContain('drives after reimage');
  });
});

describe('events that come while another is under way', () => {
  const both = (n: number, first: VmEventName, second: VmEventName): Partial<HostGoal> => ({
    power: 'on',
    earlier: [{ n, name: first }],
    event: { n: n + 1, name: second },
  });

  it('happen together with it where the drives are made', async () => {
    const { played } = await readyInstance();
    await played.goal('Started', both(1, 'reimage', 'portal-reboot'));
    await played.pass(2_000);
    expect(played.trace.filter((line) => line !== 'guest heard')).toEqual([
      ...through,
      'StartingVM',
      'drives after reimage, portal-reboot',
      ...booted,
    ]);
  });

  it('one that cuts the power does not wait for the orderly end of the other', async () => {
    const { played } = await readyInstance();
    await played.goal('Started', both(1, 'reimage', 'power-cycle'));
    await played.pass(2_000);
    const trace = played.trace.filter((line) => line !== 'guest heard');
    expect(trace.indexOf('plug pulled')).toBe(trace.indexOf('StoppingVM') + 1);
    expect(trace).toContain('drives after reimage, power-cycle');
    expect(trace.at(-1)).toBe('ReadyRole');
  });

  it('service healing does not wait for a host that is being updated', async () => {
    const { played } = await readyInstance();
    await played.goal('Started', { power: 'on', event: { n: 1, name: 'update-host' } });
    await played.pass(2_000);
    expect(played.trace.at(-1)).toBe('StartingVM: Waiting for Host');
    played.trace.length = 0;
    await played.goal('Started', both(1, 'update-host', 'migrate'));
    await played.pass(2_000);
    expect(played.trace.filter((line) => line !== 'guest heard')).toEqual([
      'DeletingVM',
      'CreatingVM',
      'drives after update-host, migrate',
      ...booted,
    ]);
  });

  it('one that needs Windows to end takes with it one that does not', async () => {
    const { played } = await readyInstance();
    await played.goal('Started', both(1, 'upgrade', 'reimage'));
    await played.pass(2_000);
    expect(played.trace).toContain('drives after upgrade, reimage');
    expect(played.trace).toContain('Windows shuts down');
  });

  it('a stop that comes after it leaves the instance StoppedVM, with the event done', async () => {
    const { played } = await readyInstance();
    await played.goal('Stopped', { power: 'on', event: { n: 1, name: 'reimage' } });
    await played.pass(3_000);
    expect(played.trace).toContain('drives after reimage');
    expect(played.status()).toBe('StoppedVM');
    expect(played.runs('WindowsAzureGuestAgent')).toBe(true);
  });
});

describe('drives that cannot be made', () => {
  const failing = () => {
    const acts = { full: false };
    const make = async () => {
      if (acts.full) throw new Error('ENOSPC: no space left on device');
    };
    return { acts, make };
  };

  it('leave the instance FailedStartingVM, and are tried again later, and at a new goal at once', async () => {
    for (const how of ['later', 'goal'] as const) {
      const { acts, make } = failing();
      const { played } = await readyInstance(0, make);
      acts.full = true;
      await played.goal('Started', { power: 'on', event: { n: 1, name: 'reimage' } });
      await played.pass(2_000);
      expect(played.status()).toBe('FailedStartingVM: ENOSPC: no space left on device');
      await played.pass(timings.longWaitMs + 1_000);
      expect(played.status()).toBe('FailedStartingVM: ENOSPC: no space left on device');
      acts.full = false;
      if (how === 'goal') await played.goal('Started', { power: 'on', event: { n: 1, name: 'reimage' } });
      await played.pass(how === 'goal' ? 1_000 : timings.longWaitMs + 1_000);
      expect(played.trace).toContain('drives after reimage');
      expect(played.status()).toBe('ReadyRole');
    }
  });

  it('while Windows stays on are made once more without it: nothing of the VM is left running beside the failure', async () => {
    const { acts, make } = failing();
    const { played } = await readyInstance(0, make);
    acts.full = true;
    await played.goal('Started', { power: 'on', event: { n: 1, name: 'upgrade' } });
    await played.pass(2_000);
    expect(played.trace).toContain('plug pulled');
    expect(played.runs('WaAppAgent')).toBe(false);
    expect(played.status()).toBe('FailedStartingVM: ENOSPC: no space left on device');
    await played.goal('Stopped', { event: { n: 1, name: 'upgrade' } });
    await played.pass(1_000);
    expect(played.trace.slice(-2)).toEqual(['StoppedVM', 'off']);
  });
});

describe('a deployment that is stopped', () => {
  it('is StoppedVM with Windows on; its start makes the drive of the role and starts it', async () => {
    const { played } = await readyInstance();
    await played.goal('Stopped', { power: 'on' });
    await played.pass(2_000);
    expect(played.trace.filter((line) => line !== 'guest heard')).toEqual(['StoppingRole', 'StoppedVM']);
    expect(played.runs('WindowsAzureGuestAgent')).toBe(true);
    await played.goal('Started', { event: { n: 1, name: 'start' } });
    await played.pass(2_000);
    expect(played.trace.filter((line) => line !== 'guest heard').slice(2)).toEqual(['drives after start', 'ReadyRole']);
  });

  it('loses its power with the emulator', async () => {
    const { played } = await readyInstance();
    await played.goal('Stopped', { power: 'on' });
    await played.goal('Stopped');
    await played.pass(2_000);
    expect(played.trace.slice(-3)).toEqual(['plug pulled', 'StoppedVM', 'off']);
  });
});

it('every event that leaves Windows on is one of the orderly ones or of a role that does not run', () => {
  for (const fate of Object.values(eventFates)) if (fate.windows === 'stays on') expect(fate.stop).not.toBe('abrupt');
});
