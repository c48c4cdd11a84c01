import { describe, expect, it } from 'vitest';
import { healthy, type PlayedHostAgent, playHostAgent, readyInstance, report } from './play-host-agent.ts';

const killed = { kind: 'killed', signal: 'SIGKILL' } as const;
const minute = 60_000;

/** Number of the last heartbeat that the guest agent was asked for. */
function lastAsked(played: PlayedHostAgent): number {
  return played.told().reduce((last, message) => (message.type === 'heartbeat' ? message.n : last), 0);
}

describe('an instance on its way up', () => {
  it('shows its states in order', async () => {
    const played = playHostAgent();
    await played.goal('Started');
    played.agent().says({ type: 'running' });
    for (const status of ['CreatingRole', 'StartingRole', 'BusyRole', 'ReadyRole'] as const) played.agent().says(report(status));
    expect(played.statuses()).toEqual(['CreatingVM', 'StartingVM', 'CreatingRole', 'StartingRole', 'BusyRole', 'ReadyRole']);
  });

  it('does nothing before it has a goal', async () => {
    const played = playHostAgent();
    await played.pass(minute);
    expect(played.trace).toEqual([]);
  });

  it('starts its services in the order of the table, once its drives are made', async () => {
    let made = () => {};
    const played = playHostAgent({ createVm: () => new Promise((resolve) => (made = resolve)) });
    await played.goal('Started');
    await played.pass(minute);
    expect(played.trace).toEqual(['CreatingVM']);
    made();
    await played.pass(0);
    expect(played.trace).toEqual(['CreatingVM', 'StartingVM', 'Windows starts', 'WaAppAgent starts', 'WindowsAzureGuestAgent starts']);
  });

  it('tells the guest agent its goal as soon as that runs, and no earlier', async () => {
    const played = playHostAgent();
    await played.goal('Started', { roleGeneration: 3 });
    expect(played.told()).toEqual([]);
    played.agent().says({ type: 'running' });
    await played.settle();
    expect(played.told()).toEqual([{ type: 'goal', goal: { incarnation: 1, expectedState: 'Started', roleGeneration: 3 } }]);
  });

  it('is FailedStartingVM with the reason when its drives cannot be made', async () => {
    const played = playHostAgent({ createVm: () => Promise.reject(new Error('no space left')) });
    await played.goal('Started');
    expect(played.status()).toBe('FailedStartingVM: no space left');
  });

  it('says what its guest agent says, details and all', async () => {
    const played = await readyInstance();
    played.agent().says(report('CyclingRole', 'Exited with error code 3.'));
    expect(played.status()).toBe('CyclingRole: Exited with error code 3.');
  });
});

describe('goals', () => {
  it('that are older than the one it has are ignored', async () => {
    const played = await readyInstance();
    played.agent().commands.length = 0;
    await played.goal('Stopped', { incarnation: 1 });
    await played.goal('Stopped', { incarnation: 0 });
    expect(played.told()).toEqual([]);
    expect(played.status()).toBe('ReadyRole');
  });

  it('that are older do not stop an instance that could not be made either', async () => {
    const played = playHostAgent({ createVm: () => Promise.reject(new Error('no space left')) });
    await played.goal('Started', { incarnation: 5 });
    await played.goal('Stopped', { incarnation: 4 });
    expect(played.status()).toBe('FailedStartingVM: no space left');
  });

  it('that are newer go to the guest agent', async () => {
    const played = await readyInstance();
    await played.goal('Started', { roleGeneration: 1 });
    expect(played.told().at(-1)).toEqual({ type: 'goal', goal: { incarnation: 2, expectedState: 'Started', roleGeneration: 1 } });
  });
});

describe('an instance that is to stop', () => {
  /** A guest agent that neither answers nor ends by itself. */
  const deaf = () => {};
  const moments: readonly (readonly [string, () => Promise<PlayedHostAgent>])[] = [
    ['before it ever started', async () => playHostAgent({ service: healthy, running: true })],
    [
      'while its VM is created',
      async () => {
        let made = () => {};
        const played = playHostAgent({ service: healthy, running: true, createVm: () => new Promise((resolve) => (made = resolve)) });
        await played.goal('Started');
        setImmediate(() => setImmediate(() => made()));
        return played;
      },
    ],
    [
      'while the creation of its VM is about to fail',
      async () => {
        let fail = (_: Error) => {};
        const played = playHostAgent({ createVm: () => new Promise((_, reject) => (fail = reject)) });
        await played.goal('Started');
        setImmediate(() => setImmediate(() => fail(new Error('no space left'))));
        return played;
      },
    ],
    [
      'after its VM could not be created',
      async () => {
        const played = playHostAgent({ createVm: () => Promise.reject(new Error('no space left')) });
        await played.goal('Started');
        return played;
      },
    ],
    [
      'while it boots and nothing answers',
      async () => {
        const played = playHostAgent({ service: deaf });
        await played.goal('Started');
        return played;
      },
    ],
    ['when it is Ready', () => readyInstance({ service: healthy, running: true })],
    [
      'when the role is stopped but its services do not leave',
      () =>
        readyInstance({
          service: (name, command, process) => {
            if (command.type === 'process.send' && command.message.type === 'goal') healthy(name, command, process);
          },
        }),
    ],
    [
      'when its guest agent has just been killed',
      async () => {
        const played = await readyInstance({ service: healthy, running: true });
        played.agent().exits(killed);
        return played;
      },
    ],
    [
      'when its guest agent is about to be started anew',
      async () => {
        const played = await readyInstance({ service: healthy, running: true });
        played.agent().exits(killed);
        await played.pass(1_000);
        return played;
      },
    ],
    [
      'when its guest agent is Unresponsive',
      async () => {
        const played = await readyInstance({ service: deaf });
        await played.pass(2 * minute);
        expect(played.status()).toBe('UnresponsiveRole');
        return played;
      },
    ],
    ['when its guest agent falls silent over it', () => readyInstance({ service: deaf })],
    [
      'while it is restarted after ten minutes of silence',
      async () => {
        const played = await readyInstance({ service: deaf });
        await played.pass(10 * minute - 1_000);
        played.clock.advance(1_000);
        expect(played.status()).toBe('StoppingVM');
        return played;
      },
    ],
  ];

  it.each(moments)('%s ends in StoppedVM, with nothing left running', async (_moment, make) => {
    const played = await make();
    await played.goal('Stopped', { incarnation: 99 });
    await played.pass(11 * minute);
    expect(played.status()).toBe('StoppedVM');
    expect(played.faults).toEqual([]);
    expect([played.runs('WaAppAgent'), played.runs('WindowsAzureGuestAgent')]).toEqual([false, false]);
    expect(played.clock.pending()).toBe(0);
  });

  it('is powered off at once when it is to stop while nobody in it answers', async () => {
    const played = await readyInstance({ service: deaf });
    await played.pass(2 * minute);
    expect(played.status()).toBe('UnresponsiveRole');
    await played.goal('Stopped');
    await played.pass(1_000);
    expect(played.status()).toBe('StoppedVM');
  });

  it('is restarted when it has never answered for ten minutes since its boot', async () => {
    const played = playHostAgent({ service: deaf });
    await played.goal('Started');
    await played.pass(minute);
    expect(played.status()).toBe('StartingVM');
    await played.pass(9 * minute + 1_000);
    expect(played.statuses().slice(-3)).toEqual(['StartingVM', 'StoppingVM', 'StartingVM']);
  });

  it('is powered off when it falls silent over a stop', async () => {
    const played = await readyInstance({ service: deaf });
    await played.goal('Stopped');
    await played.pass(minute + 1_000);
    expect(played.status()).toBe('StoppedVM');
  });

  it('stays stopped', async () => {
    const played = await readyInstance({ service: healthy, running: true });
    await played.goal('Stopped');
    await played.pass(60 * minute);
    expect(played.statuses().slice(-2)).toEqual(['StoppingVM', 'StoppedVM']);
  });

  it('is started again when the goal changes while its VM still shuts down', async () => {
    const played = await readyInstance({
      service: (name, command, process) => {
        if (command.type === 'process.send' && command.message.type !== 'service.stop') healthy(name, command, process);
      },
    });
    await played.goal('Stopped');
    expect(played.status()).toBe('StoppingVM');
    await played.goal('Started');
    await played.pass(minute);
    expect(played.trace.slice(played.trace.indexOf('plug pulled'))).toContain('WindowsAzureGuestAgent starts');
  });

  it('and later to start again has its drives made first', async () => {
    const played = await readyInstance({ service: healthy, running: true });
    await played.goal('Stopped');
    await played.goal('Started');
    await played.pass(1_000);
    expect(played.statuses().slice(-4)).toEqual(['StoppedVM', 'CreatingVM', 'StartingVM', 'ReadyRole']);
  });

  it('is shut down by its services in reverse order, one after the other', async () => {
    const played = await readyInstance();
    const agent = played.agent();
    const appAgent = played.service('WaAppAgent');
    await played.goal('Stopped');
    agent.says({ type: 'role.stopped' });
    await played.settle();
    const stop = { type: 'process.send', message: { type: 'service.stop' } };
    expect([agent.commands.at(-1), appAgent.commands]).toEqual([stop, []]);
    agent.exits({ kind: 'asked', code: 0 });
    await played.settle();
    expect(appAgent.commands.at(-1)).toEqual(stop);
    appAgent.exits({ kind: 'asked', code: 0 });
    await played.settle();
    expect(played.trace.slice(-6)).toEqual([
      'Windows shuts down',
      'WindowsAzureGuestAgent ended as asked with code 0',
      'WaAppAgent ended as asked with code 0',
      'plug pulled',
      'StoppedVM',
      'off',
    ]);
  });

  it('kills a service that has not left after 20 seconds, and goes on with the next', async () => {
    const played = await readyInstance();
    const agent = played.agent();
    await played.goal('Stopped');
    agent.says({ type: 'role.stopped' });
    await played.pass(19_000);
    expect(agent.commands.filter(({ type }) => type === 'process.kill')).toEqual([]);
    await played.pass(1_000);
    expect(agent.commands.at(-1)).toEqual({ type: 'process.kill', cause: 'timedOut' });
    expect(played.trace).toContain('WindowsAzureGuestAgent is overdue after stop');
    expect(played.service('WaAppAgent').commands.at(-1)).toEqual({ type: 'process.send', message: { type: 'service.stop' } });
  });

  it('is not stopped by the word of an agent that was not told to stop', async () => {
    const played = await readyInstance();
    played.agent().says({ type: 'role.stopped' });
    await played.pass(minute / 2);
    expect(played.status()).toBe('ReadyRole');
  });
});

describe('a guest agent that is late', () => {
  const words = (played: PlayedHostAgent) => played.trace.filter((line) => line.startsWith('guest ') && line !== 'guest heard');

  it('is told of after two beats, long before the instance is Unresponsive, and again after its next answer', async () => {
    const played = await readyInstance();
    await played.pass(10_000);
    expect(words(played)).toEqual([]);
    await played.pass(1_000);
    expect([words(played), played.status()]).toEqual([['guest is late'], 'ReadyRole']);
    played.agent().says({ type: 'heartbeat', n: lastAsked(played) });
    expect(words(played)).toEqual(['guest is late']);
    await played.pass(minute);
    expect(words(played)).toEqual(['guest is late', 'guest is late']);
  });

  it('has twenty seconds after its start, the first as well as one by service recovery', async () => {
    const played = playHostAgent();
    await played.goal('Started');
    await played.pass(19_000);
    expect(words(played)).toEqual([]);
    await played.pass(1_000);
    expect(words(played)).toEqual(['guest is late']);
    played.agent().says({ type: 'running' });
    await played.pass(1_000);
    played.agent().exits(killed);
    played.trace.length = 0;
    await played.pass(24_000);
    expect(words(played)).toEqual([]);
    await played.pass(1_000);
    expect(words(played)).toEqual(['guest is late']);
  });

  it.each([
    [
      'that never reports',
      'boot',
      async () => {
        const played = playHostAgent();
        await played.goal('Started');
        return played;
      },
    ],
    ['that falls silent', 'silence', () => readyInstance()],
    [
      'that cannot hear that it is to stop',
      'stop',
      async () => {
        const played = await readyInstance();
        await played.goal('Stopped');
        return played;
      },
    ],
  ] as const)('and %s is given up in words: %s', async (_how, how, start) => {
    const played = await start();
    await played.pass(10 * minute);
    expect(words(played).at(-1)).toBe(`guest is lost: ${how}`);
  });
});

describe('what is to go wrong', () => {
  const faults = { type: 'faults', faults: ['linger-host'] } as const;

  it('is told to the guest agent at once, and to each that starts anew', async () => {
    const played = await readyInstance();
    played.actor.send(faults);
    expect(played.told().at(-1)).toEqual(faults);
    played.agent().exits(killed);
    await played.pass(5_000);
    played.agent().says({ type: 'running' });
    expect(played.told().map(({ type }) => type)).toEqual(['faults', 'goal']);
    played.actor.send({ type: 'faults', faults: [] });
    expect(played.told().at(-1)).toEqual({ type: 'faults', faults: [] });
  });

  it('may be said before Windows starts', async () => {
    const played = playHostAgent();
    played.actor.send(faults);
    await played.goal('Started');
    expect(played.told()).toEqual([]);
    played.agent().says({ type: 'running' });
    expect(played.told().map(({ type }) => type)).toEqual(['faults', 'goal']);
  });
});

describe('the ten minutes', () => {
  it('begin with the last answer: UnresponsiveRole after one, the VM restarted after ten and not before', async () => {
    const played = await readyInstance();
    await played.pass(minute - 1_000);
    expect(played.status()).toBe('ReadyRole');
    await played.pass(1_000);
    expect(played.status()).toBe('UnresponsiveRole');
    await played.pass(9 * minute - 1_000);
    expect(played.trace).not.toContain('plug pulled');
    await played.pass(1_000);
    expect(played.trace).toContain('plug pulled');
    expect(played.statuses().slice(-3)).toEqual(['UnresponsiveRole', 'StoppingVM', 'StartingVM']);
  });

  it('are asked away every five seconds', async () => {
    const played = await readyInstance({ service: healthy, running: true });
    played.agent().commands.length = 0;
    await played.pass(60 * minute);
    expect(played.told().filter(({ type }) => type === 'heartbeat')).toHaveLength(720);
    expect(played.status()).toBe('ReadyRole');
  });

  it('begin anew when it answers at 9:59, and it is again what it said last', async () => {
    const played = await readyInstance();
    played.agent().says(report('BusyRole', 'Starting role...'));
    await played.pass(10 * minute - 1_000);
    expect(played.status()).toBe('UnresponsiveRole');
    played.agent().says({ type: 'heartbeat', n: lastAsked(played) });
    await played.pass(5_000);
    played.agent().says({ type: 'heartbeat', n: lastAsked(played) });
    expect(played.status()).toBe('BusyRole: Starting role...');
    await played.pass(10 * minute - 1_000);
    expect(played.trace).not.toContain('plug pulled');
    await played.pass(1_000);
    expect(played.trace).toContain('plug pulled');
  });

  it('are over for an agent that goes on, but what it said before holds only when it has caught up with the questions of that time', async () => {
    const played = await readyInstance();
    await played.pass(9 * minute);
    const questions = played.told().flatMap((message) => (message.type === 'heartbeat' ? [message.n] : []));
    for (const n of questions) played.agent().says({ type: 'heartbeat', n });
    expect(played.status()).toBe('UnresponsiveRole');
    await played.pass(5_000);
    played.agent().says({ type: 'heartbeat', n: lastAsked(played) });
    expect(played.status()).toBe('ReadyRole');
    await played.pass(59_000);
    expect(played.status()).toBe('ReadyRole');
  });

  it('are over with what it tells of its role when that comes first: it was never Ready again', async () => {
    const played = await readyInstance();
    await played.pass(9 * minute);
    played.trace.length = 0;
    played.agent().says({ type: 'heartbeat', n: 1 });
    played.agent().says(report('RestartingRole', 'WaHostBootstrapper is gone.'));
    await played.pass(5_000);
    played.agent().says({ type: 'heartbeat', n: lastAsked(played) });
    expect(played.statuses()).toEqual(['RestartingRole: WaHostBootstrapper is gone.']);
  });

  it('begin anew with one sign of life, even if it is the last', async () => {
    const played = await readyInstance();
    await played.pass(9 * minute);
    played.agent().says({ type: 'heartbeat', n: 1 });
    await played.pass(10 * minute - 1_000);
    expect(played.trace).not.toContain('plug pulled');
    await played.pass(1_000);
    expect(played.trace).toContain('plug pulled');
  });

  it('are counted from each sign of life', async () => {
    const played = await readyInstance();
    const heard = played.trace.filter((line) => line === 'guest heard').length;
    played.agent().says({ type: 'heartbeat', n: 1 });
    played.agent().says(report('BusyRole'));
    await played.pass(2 * minute);
    played.agent().says({ type: 'heartbeat', n: 2 });
    expect(played.trace.filter((line) => line === 'guest heard')).toHaveLength(heard + 3);
  });

  it('end with the new status when that is the answer', async () => {
    const played = await readyInstance();
    await played.pass(2 * minute);
    played.agent().says(report('StoppingRole'));
    expect(played.status()).toBe('StoppingRole');
  });

  it('are not answered by WaAppAgent', async () => {
    const played = await readyInstance();
    await played.pass(10 * minute, () => played.runs('WaAppAgent') && played.service('WaAppAgent').says({ type: 'heartbeat', n: 1 }));
    expect(played.trace).toContain('plug pulled');
  });

  it('are over when the VM has restarted: its agent is told its goal again', async () => {
    const played = await readyInstance();
    await played.pass(10 * minute);
    played.agent().says({ type: 'running' });
    await played.settle();
    expect(played.told()).toEqual([{ type: 'goal', goal: { incarnation: 2, expectedState: 'Started', roleGeneration: 0 } }]);
    played.agent().says(report('CreatingRole'));
    expect(played.status()).toBe('CreatingRole');
  });

  it('leave nothing of what was said before the restart: silence after it does not end in Ready', async () => {
    const played = await readyInstance();
    await played.pass(10 * minute);
    played.agent().says({ type: 'running' });
    await played.pass(2 * minute);
    expect(played.status()).toBe('UnresponsiveRole');
    played.agent().says({ type: 'heartbeat', n: lastAsked(played) });
    await played.pass(5_000);
    played.agent().says({ type: 'heartbeat', n: lastAsked(played) });
    expect(played.status()).toBe('StartingVM');
  });
});

describe('a guest agent that is killed', () => {
  it('takes its job with it and is started again by service recovery five seconds after that', async () => {
    let closed = () => {};
    const played = await readyInstance({ closeJob: () => new Promise((resolve) => (closed = resolve)) });
    played.trace.length = 0;
    played.agent().exits(killed);
    await played.pass(30_000);
    expect(played.runs('WindowsAzureGuestAgent')).toBe(false);
    closed();
    await played.pass(4_000);
    expect(played.trace.at(-1)).toBe('job of WindowsAzureGuestAgent closed');
    await played.pass(1_000);
    expect(played.trace.at(-1)).toBe('WindowsAzureGuestAgent starts');
  });

  it('is started again even when its job could not be closed', async () => {
    const played = await readyInstance({ closeJob: () => Promise.reject(new Error('would not end')) });
    played.agent().exits(killed);
    await played.pass(5_000);
    expect(played.runs('WindowsAzureGuestAgent')).toBe(true);
    expect(played.faults).toEqual([]);
  });

  it('leaves the role RestartingRole, which is said before its end is', async () => {
    const played = await readyInstance();
    played.trace.length = 0;
    played.agent().exits(killed);
    expect(played.trace).toEqual([
      'RestartingRole: Role has encountered an error and has stopped. WindowsAzureGuestAgent is gone.',
      'WindowsAzureGuestAgent killed by SIGKILL',
    ]);
  });

  it('learns its goal again', async () => {
    const played = await readyInstance();
    await played.goal('Started', { roleGeneration: 4 });
    played.agent().exits(killed);
    await played.pass(5_000);
    played.agent().says({ type: 'running' });
    expect(played.told()).toEqual([{ type: 'goal', goal: { incarnation: 3, expectedState: 'Started', roleGeneration: 4 } }]);
  });

  it('learns the goal that came while it was away', async () => {
    const played = await readyInstance();
    played.agent().exits(killed);
    await played.goal('Stopped');
    await played.pass(5_000);
    played.agent().says({ type: 'running' });
    expect(played.told().at(-1)).toMatchObject({ type: 'goal', goal: { expectedState: 'Stopped' } });
  });

  it('while it was Unresponsive does not come back as the Ready that it was before', async () => {
    const played = await readyInstance();
    await played.pass(2 * minute);
    played.agent().exits(killed);
    await played.pass(5_000);
    played.trace.length = 0;
    played.agent().says({ type: 'running' });
    expect(played.trace.join()).not.toContain('ReadyRole');
  });

  it('is not heard any more: what its process says late changes nothing', async () => {
    const played = await readyInstance();
    const former = played.agent();
    former.exits(killed);
    await played.pass(5_000);
    const before = played.status();
    former.says(report('ReadyRole'));
    former.exits(killed);
    await played.settle();
    expect(played.status()).toBe(before);
    expect(played.runs('WindowsAzureGuestAgent')).toBe(true);
  });
});

describe('WaAppAgent', () => {
  it('is started again when it is killed, and the role never notices', async () => {
    const played = await readyInstance();
    played.trace.length = 0;
    played.service('WaAppAgent').exits(killed);
    await played.pass(5_000);
    expect(played.trace.filter((line) => line !== 'ReadyRole')).toEqual(['WaAppAgent killed by SIGKILL', 'WaAppAgent starts']);
  });

  it('changes no status by its death while the guest agent is Unresponsive', async () => {
    const played = await readyInstance();
    await played.pass(2 * minute);
    played.service('WaAppAgent').exits(killed);
    await played.settle();
    expect(played.status()).toBe('UnresponsiveRole');
  });

  it('has no job that would be closed', async () => {
    const played = await readyInstance();
    played.service('WaAppAgent').exits(killed);
    await played.pass(5_000);
    expect(played.trace.join()).not.toContain('closed');
  });
});
