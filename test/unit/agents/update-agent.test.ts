import { describe, expect, it } from 'vitest';
import { agentAfter } from '../../../agents/host-agent/agent-versions.ts';
import { imageAgentVersion, nextAgentVersion } from '../../../contracts/agent-version.ts';
import type { HostGoal } from '../../../contracts/host-goal.ts';
import { resolveTimings } from '../../../contracts/timings.ts';
import { healthy, installer, type PlayedService, playHostAgent } from './play-host-agent.ts';

const timings = resolveTimings(1);
const version = '2.8.0.1';
const update = (n = 1, agentVersion = version) => ({ event: { n, name: 'update-agent', agentVersion } }) as const;

/** An instance that is Ready. What WaAppAgent does, the test may take into its own hands. */
async function ready(waAppAgent: typeof installer = installer) {
  const played = playHostAgent({
    running: true,
    service: (name, command, process) => {
      if (name === 'WaAppAgent') waAppAgent(name, command, process);
      // A real process never ends while it is being told to.
      if (command.type === 'process.send' && command.message.type === 'service.stop') queueMicrotask(() => healthy(name, command, process));
      else healthy(name, command, process);
    },
  });
  await played.goal('Started');
  await played.pass(1_000);
  played.trace.length = 0;
  const happens = async (change: Partial<HostGoal> = update()) => {
    await played.goal('Started', { power: 'on', ...change });
    await played.pass(2_000);
  };
  // The agent repeats its status at each goal.
  const story = () =>
    ['ReadyRole', ...played.trace.filter((line) => line !== 'guest heard')].flatMap((line, index, all) =>
      index > 0 && line !== all[index - 1] ? [line] : [],
    );
  return { played, happens, story };
}

const replaced = [
  'StoppingRole',
  `StoppingRole: WindowsAzureGuestAgent is updated to ${version}.`,
  'WindowsAzureGuestAgent ended as asked with code 0',
  'WindowsAzureGuestAgent starts',
  'ReadyRole',
  'drives after update-agent',
];
const toldOf = (process: PlayedService) =>
  process.commands.flatMap((command) =>
    command.type === 'process.send' && command.message.type.startsWith('agent.') ? [command.message] : [],
  );

describe('an update of the guest agent', () => {
  it('lays the next version while the role runs, ends the role, replaces the service without its recovery, and starts the role', async () => {
    const { played, happens, story } = await ready();
    await happens();
    expect(story()).toEqual(replaced);
    expect(toldOf(played.service('WaAppAgent')).map(({ type }) => type)).toEqual(['agent.lay', 'agent.replace', 'agent.stopped']);
    await played.pass(2 * timings.serviceRecoveryMs);
    expect(played.told().flatMap((message) => (message.type === 'goal' ? [message.goal.expectedState] : []))).toEqual(['Started']);
    expect(played.faults).toEqual([]);
  });

  it('leaves the role alone while WaAppAgent hangs, and says so; the deployment can still be stopped', async () => {
    const { played, happens, story } = await ready(() => {});
    await happens();
    await played.pass(timings.firstHeartbeatMs + timings.longWaitMs);
    expect(story()).toEqual([`update to ${version} is late`]);
    await played.goal('Stopped');
    await played.pass(timings.serviceStopMs + 2_000);
    expect(story().at(-1)).toBe('off');
  });

  it('goes on when WaAppAgent is killed before it has laid anything, and the next one is told again', async () => {
    let lives = 0;
    const { played, happens, story } = await ready((name, command, process) => {
      if (lives > 0) installer(name, command, process);
    });
    await happens();
    lives = 1;
    played.service('WaAppAgent').exits({ kind: 'killed', signal: 'SIGKILL' });
    await played.pass(timings.serviceRecoveryMs + 2_000);
    expect(story().slice(2)).toEqual(replaced);
  });

  it.each(['agent.replace', 'agent.stopped'])('goes on when WaAppAgent is killed at %s, with the role ended', async (at) => {
    let killed = false;
    const { played, happens, story } = await ready((name, command, process) => {
      if (!killed && command.type === 'process.send' && command.message.type === at) {
        killed = true;
        queueMicrotask(() => process.exits({ kind: 'killed', signal: 'SIGKILL' }));
      } else installer(name, command, process);
    });
    await happens();
    await played.pass(timings.serviceRecoveryMs + 2_000);
    expect(story().filter((line) => !line.startsWith('WaAppAgent'))).toEqual(replaced);
  });

  it('is not taken to be over when the former guest agent was killed and has come back before it was stopped', async () => {
    let waAppAgent: PlayedService | undefined;
    const { played, happens, story } = await ready((name, command, process) => {
      if (command.type === 'process.send' && command.message.type === 'agent.replace') waAppAgent = process;
      else installer(name, command, process);
    });
    await happens();
    played.agent().exits({ kind: 'killed', signal: 'SIGKILL' });
    await played.pass(timings.serviceRecoveryMs + 2_000);
    expect(played.status()).toBe(replaced[1]);
    waAppAgent?.says({ type: 'agent.stop' });
    await played.pass(2_000);
    expect(story().slice(-4)).toEqual(replaced.slice(2));
  });

  it('that does not come to an end within ten minutes restarts the VM, and is made after that', async () => {
    let hangs = true;
    const { played, happens, story } = await ready((name, command, process) => {
      if (!hangs || command.type !== 'process.send' || command.message.type !== 'agent.replace') installer(name, command, process);
    });
    await happens();
    await played.pass(timings.guestLostMs - 10_000);
    expect(story()).toEqual(replaced.slice(0, 2));
    hangs = false;
    await played.pass(20_000);
    expect(story().slice(2, 4)).toEqual(['guest is lost: update', 'StoppingVM']);
    expect(story().slice(-replaced.length)).toEqual(replaced);
  });

  it('is made when Windows has started where it was due before', async () => {
    const { played, happens, story } = await ready();
    await happens({ event: { n: 1, name: 'power-cycle' } });
    played.trace.length = 0;
    await played.goal('Started', { power: 'on', ...update(2), earlier: [{ n: 1, name: 'power-cycle' }] });
    await played.pass(2_000);
    expect(story()).toEqual(replaced);
  });

  it('to the version that is installed touches nothing', async () => {
    const { happens, story } = await ready();
    await happens(update(1, imageAgentVersion));
    expect(story()).toEqual(['drives after update-agent']);
  });

  it('that comes together with a portal reboot is made after it; a new D: takes with it one that came before', async () => {
    const { played, happens, story } = await ready();
    const { event } = update();
    await happens({ earlier: [event], event: { n: 2, name: 'portal-reboot' } });
    expect(story()).toContain('drives after update-agent, portal-reboot');
    expect(story().slice(-5)).toEqual(replaced.slice(0, 5));
    played.trace.length = 0;
    await happens({ earlier: [update(3).event], event: { n: 4, name: 'reimage' } });
    expect(story()).toContain('drives after update-agent, reimage');
    expect(story()).not.toContain(replaced[1]);
  });

  it('of a stopped deployment leaves it stopped', async () => {
    const { played, story } = await ready();
    await played.goal('Stopped', { power: 'on' });
    await played.pass(2_000);
    await played.goal('Stopped', { power: 'on', ...update() });
    await played.pass(2_000);
    expect(story()).toEqual(['StoppedVM', ...replaced.slice(0, 4), 'StoppedVM', 'drives after update-agent']);
  });
});

describe('the version that is wanted', () => {
  it('is the one of the last update, or that after the present one; a new D: has the image’s', () => {
    expect(agentAfter(undefined, [])).toBeUndefined();
    expect(agentAfter(undefined, [update(1).event])).toBe(version);
    expect(agentAfter('2.8.0.1', [{ n: 1, name: 'update-agent' }])).toBe('2.8.0.2');
    expect(agentAfter(undefined, [{ n: 1, name: 'update-agent' }])).toBe(nextAgentVersion(imageAgentVersion));
    for (const name of ['reboot', 'portal-reboot', 'update-host', 'upgrade', 'start'] as const)
      expect(agentAfter(version, [{ n: 1, name }]), name).toBe(version);
    for (const name of ['reimage', 'rebuild', 'power-cycle', 'migrate', 'update-guest'] as const)
      expect(agentAfter(version, [{ n: 1, name }]), name).toBeUndefined();
  });

  it('counts up in its last number, which carries', () => {
    expect(nextAgentVersion('2.7.41491.949')).toBe('2.7.41491.950');
    expect(nextAgentVersion('2.7.41491.99999')).toBe('2.7.41492.0');
    expect(nextAgentVersion('99999.99999.99999.99999')).toBe('0.0.0.0');
  });
});
