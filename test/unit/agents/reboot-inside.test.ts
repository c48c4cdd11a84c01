import { describe, expect, it } from 'vitest';
import type { VmEventName } from '../../../contracts/events.ts';
import { playHostAgent } from './play-host-agent.ts';

/** An instance whose role is Ready; its services do what they are told, its role ends when it is told to. */
async function readyInstance(acts: { readonly createVm?: () => Promise<void>; readonly deaf?: boolean } = {}) {
  const played = playHostAgent({
    ...acts,
    running: true,
    service: (name, command, process) => {
      if (command.type !== 'process.send') return;
      const { message } = command;
      if (message.type === 'service.stop' && acts.deaf !== true) queueMicrotask(() => process.exits({ kind: 'asked', code: 0 }));
      if (name !== 'WindowsAzureGuestAgent') return;
      if (message.type === 'heartbeat') process.says(message);
      if (message.type !== 'goal') return;
      if (message.goal.expectedState === 'Stopped') process.says({ type: 'role.stopped' });
      else process.says({ type: 'status', incarnation: 1, status: 'ReadyRole', details: '' });
    },
  });
  await played.goal('Started');
  await played.pass(1_000);
  played.trace.length = 0;
  const raise = (name: VmEventName) => played.goal('Started', { power: 'on', event: { n: 1, name } });
  const rebootsFromInside = async () => {
    played.actor.send({ type: 'vm.rebootAsked' });
    await played.pass(2_000);
    return played.trace.filter((line) => !line.startsWith('guest heard'));
  };
  return { played, raise, rebootsFromInside };
}

const shutdown = [
  'StoppingVM',
  'Windows shuts down from inside',
  'WindowsAzureGuestAgent ended as asked with code 0',
  'WaAppAgent ended as asked with code 0',
  'plug pulled',
];
const booted = ['StartingVM', 'Windows starts', 'WaAppAgent starts', 'WindowsAzureGuestAgent starts'];

describe('a restart that a program of the VM has asked for', () => {
  it('stops the services in reverse order, asks nobody in the role, leaves the drives alone, and starts all anew', async () => {
    const { rebootsFromInside } = await readyInstance();
    expect(await rebootsFromInside()).toEqual([...shutdown, ...booted, 'ReadyRole']);
  });

  it('happens each time that it is asked for', async () => {
    const { played, rebootsFromInside } = await readyInstance();
    await rebootsFromInside();
    played.trace.length = 0;
    expect(await rebootsFromInside()).toEqual([...shutdown, ...booted, 'ReadyRole']);
    expect(played.faults).toEqual([]);
  });

  it('leaves a role that is stopped as it is', async () => {
    const { played, rebootsFromInside } = await readyInstance();
    await played.goal('Stopped', { power: 'on' });
    await played.pass(1_000);
    played.trace.length = 0;
    expect(await rebootsFromInside()).toEqual([...shutdown, ...booted, 'StoppedVM']);
  });

  it('waits where Windows stays on while its drives are changed', async () => {
    let making = Promise.resolve();
    let made = () => {};
    const { played, raise, rebootsFromInside } = await readyInstance({ createVm: () => making });
    making = new Promise((resolve) => {
      made = resolve;
    });
    await raise('upgrade');
    await played.pass(1_000);
    expect(await rebootsFromInside()).toEqual([]);
    made();
    await played.pass(2_000);
    expect(played.trace.filter((line) => !line.startsWith('guest heard'))).toEqual([
      'drives after upgrade',
      ...shutdown,
      ...booted,
      'ReadyRole',
    ]);
  });

  it('is the shutdown that happens where Windows shuts down already', async () => {
    const { played, rebootsFromInside } = await readyInstance({ deaf: true });
    await played.goal('Started', { power: 'off' });
    expect(played.status()).toBe('StoppingVM');
    await rebootsFromInside();
    await played.pass(60_000);
    expect(played.trace.filter((line) => line.startsWith('Windows shuts'))).toEqual(['Windows shuts down']);
    expect(played.status()).toBe('StoppedVM');
  });
});
