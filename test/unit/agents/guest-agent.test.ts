import { describe, expect, it } from 'vitest';
import { createActor, fromCallback, fromPromise } from 'xstate';
import { guestAgentMachine } from '../../../agents/guest-agent/guest-agent.machine.ts';
import type { ExitCause } from '../../../contracts/exit-cause.ts';
import type { BootstrapperOutcome, FromBootstrapper, GoalState, ToBootstrapper } from '../../../contracts/links.ts';
import { resolveTimings } from '../../../contracts/timings.ts';
import type { ProcessCommand } from '../../../kernel/process-logic.ts';
import { steppingClock } from '../../../kernel/stepping-clock.ts';

/** A guest agent whose processes are played by the test. */
function startAgent(prepare: () => Promise<void> = async () => {}) {
  const clock = steppingClock();
  const trace: string[] = [];
  const toBootstrapper: ProcessCommand<ToBootstrapper>[] = [];
  let pid = 0;
  let stoodStillMs = 0;
  let killHost = () => {};
  const hostGone = new Promise<void>((resolve) => {
    killHost = resolve;
  });
  const machine = guestAgentMachine(
    {
      prepareGuest: fromPromise(prepare),
      endJob: fromPromise(async ({ input }) => {
        trace.push(input.spareHost ? 'job ended but for its host' : 'job ended');
        return input.spareHost ? [{ pid: 4711, startTicks: '1' }] : [];
      }),
      hostGone: fromPromise(() => hostGone),
      bootstrapper: fromCallback(({ sendBack, receive }) => {
        pid += 1;
        trace.push(`bootstrapper ${pid}`);
        sendBack({ type: 'process.started', process: { pid, startTicks: '1', startedAt: '' } });
        receive((command) => toBootstrapper.push(command));
      }),
    },
    {
      status: (status, details, restartInMs) => {
        trace.push(details === '' ? status : `${status}: ${details}`);
        if (restartInMs !== undefined) trace.push(`restart in ${restartInMs}`);
      },
      message: (message) => message.type === 'phase' && trace.push(message.status),
      bootstrapperStarted: () => {},
      bootstrapperEnded: () => {},
      heartbeat: () => {},
      silence: (stage) => trace.push(`bootstrapper is ${stage}`),
      answersAgain: () => trace.push('bootstrapper answers again'),
      overdue: (what) => trace.push(`overdue: ${what}`),
      outlive: (hosts) => trace.push(`outlives: ${hosts.map(({ pid }) => pid)}`),
      goal: () => {},
      roleStopped: () => trace.push('role stopped'),
      leave: () => trace.push('left'),
    },
    { timings: resolveTimings(1), now: () => clock.now() + stoodStillMs },
  );
  const actor = createActor(machine, { clock });
  actor.start();
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    actor,
    clock,
    trace,
    toBootstrapper,
    settle,
    killHost,
    async start(goal: Partial<GoalState> = {}) {
      actor.send({ type: 'goal', goal: { incarnation: 1, expectedState: 'Started', roleGeneration: 0, ...goal } });
      await settle();
      // The delay of an orderly start is nought, but it is a delay.
      clock.advance(0);
      await settle();
      await settle();
    },
    /** Time passes and no timer fires. */
    standStill: (ms: number) => {
      stoodStillMs += ms;
    },
    report: (message: FromBootstrapper) => actor.send({ type: 'process.message', message }),
    exit: (cause: ExitCause, outcome?: BootstrapperOutcome) => {
      if (outcome !== undefined) actor.send({ type: 'process.message', message: { type: 'outcome', outcome } });
      actor.send({ type: 'process.exited', cause });
    },
    async pass(ms: number) {
      // In small steps, because promises settle between them.
      for (let passed = 0; passed < ms; passed += 500) {
        clock.advance(Math.min(500, ms - passed));
        await settle();
      }
    },
  };
}

const killed: ExitCause = { kind: 'killed', signal: 'SIGKILL' };
const ready: FromBootstrapper = { type: 'phase', status: 'ReadyRole', details: '' };

describe('WindowsAzureGuestAgent', () => {
  it('prepares the guest before it starts the bootstrapper', async () => {
    const agent = startAgent();
    await agent.start();
    expect(agent.trace).toEqual(['job ended', 'CreatingRole: Preparing to start role... System is initializing.', 'bootstrapper 1']);
  });

  it('ends the job of a killed bootstrapper three seconds later and not before', async () => {
    const agent = startAgent();
    await agent.start();
    agent.trace.length = 0;
    agent.exit(killed);
    await agent.pass(2_500);
    expect(agent.trace).not.toContain('job ended');
    await agent.pass(500);
    expect(agent.trace).toContain('job ended');
  });

  it('starts the next bootstrapper at the first heartbeat after the restart delay of 20 seconds', async () => {
    const agent = startAgent();
    await agent.start();
    await agent.pass(2_000);
    agent.exit(killed);
    await agent.pass(20_000);
    expect(agent.trace).not.toContain('bootstrapper 2');
    // Heartbeats fall on multiples of five seconds: the next one after 22 s is at 25 s.
    await agent.pass(2_500);
    expect(agent.trace).not.toContain('bootstrapper 2');
    await agent.pass(500);
    expect(agent.trace).toContain('bootstrapper 2');
  });

  it('says when that will be, also when it was broken into and its heartbeats do not fall on multiples of five seconds any more', async () => {
    const agent = startAgent();
    await agent.start();
    await agent.pass(2_000);
    agent.exit(killed);
    expect(agent.trace).toContain('restart in 23000');
    await agent.pass(23_000);
    expect(agent.trace).toContain('bootstrapper 2');

    // Real timers of a process that stood still fire once and late: the heartbeat falls when it goes on.
    agent.standStill(61_000);
    agent.trace.length = 0;
    agent.exit(killed);
    expect(agent.trace).toContain('restart in 20000');
  });

  it('waits ten seconds after a crash of the role, and ends the job at once', async () => {
    const agent = startAgent();
    await agent.start();
    agent.exit({ kind: 'exited', code: 1 }, { kind: 'hostExited', details: 'Exited with error code 3.' });
    await agent.settle();
    expect(agent.trace.at(-1)).toBe('job ended');
    expect(agent.trace).toContain('RestartingRole: Exited with error code 3.');
    await agent.pass(10_500);
    expect(agent.trace).toContain('bootstrapper 2');
  });

  it('calls the role CyclingRole from the third failure inside ten minutes on', async () => {
    const agent = startAgent();
    await agent.start();
    for (let failure = 0; failure < 3; failure += 1) {
      agent.exit({ kind: 'exited', code: 1 }, { kind: 'taskFailed', details: 'no' });
      await agent.pass(20_000);
    }
    expect(agent.trace.filter((line) => /^(Restarting|Cycling)Role/.test(line))).toEqual([
      'RestartingRole: no',
      'RestartingRole: no',
      'CyclingRole: no',
    ]);
  });

  it('forgets failures when the role has been Ready for a minute', async () => {
    const agent = startAgent();
    await agent.start();
    for (let failure = 0; failure < 4; failure += 1) {
      agent.report(ready);
      await agent.pass(60_500);
      agent.exit({ kind: 'exited', code: 1 }, { kind: 'hostExited', details: 'no' });
      await agent.pass(20_000);
    }
    expect(agent.trace.join()).not.toContain('CyclingRole');
  });

  it('keeps counting the time in Ready over a goal that changes nothing', async () => {
    const agent = startAgent();
    await agent.start();
    for (let failure = 0; failure < 3; failure += 1) {
      agent.report(ready);
      await agent.pass(30_000);
      await agent.start({ incarnation: 10 + failure });
      await agent.pass(30_500);
      agent.exit({ kind: 'exited', code: 1 }, { kind: 'hostExited', details: 'no' });
      await agent.pass(20_000);
    }
    expect(agent.trace.join()).not.toContain('CyclingRole');
  });

  it('recycles in order without delay and without counting a failure', async () => {
    const agent = startAgent();
    await agent.start();
    agent.exit({ kind: 'exited', code: 0 }, { kind: 'recycle', details: '' });
    await agent.settle();
    await agent.pass(1);
    expect(agent.trace).toContain('bootstrapper 2');
    expect(agent.trace.join()).not.toContain('RestartingRole');
  });

  it('asks the bootstrapper for a sign of life every five seconds and waits without end for a silent one', async () => {
    const agent = startAgent();
    await agent.start();
    await agent.pass(3_600_000);
    const beats = agent.toBootstrapper.filter((command) => command.type === 'process.send' && command.message.type === 'heartbeat');
    expect(beats.length).toBe(720);
    expect(agent.trace.filter((line) => line.startsWith('bootstrapper'))).toEqual([
      'bootstrapper 1',
      'bootstrapper is late',
      'bootstrapper is silent',
    ]);
  });

  it('gives a new bootstrapper twenty seconds for its first sign of life, and six for each that follows; then it says so in two stages', async () => {
    const agent = startAgent();
    await agent.start();
    agent.trace.length = 0;
    await agent.pass(19_500);
    expect(agent.trace).toEqual([]);
    await agent.pass(500);
    expect(agent.trace).toEqual(['bootstrapper is late']);
    agent.report({ type: 'heartbeat', n: 4 });
    await agent.pass(5_500);
    expect(agent.trace).toEqual(['bootstrapper is late', 'bootstrapper answers again']);
    agent.trace.length = 0;
    await agent.pass(500);
    expect(agent.trace).toEqual(['bootstrapper is late']);
    await agent.pass(5_000);
    expect(agent.trace).toEqual(['bootstrapper is late', 'bootstrapper is silent']);
    agent.report({ type: 'heartbeat', n: 5 });
    expect(agent.trace.at(-1)).toBe('bootstrapper answers again');
  });

  it('does not mind the silence of a bootstrapper that has ended', async () => {
    const agent = startAgent();
    await agent.start();
    agent.report({ type: 'heartbeat', n: 1 });
    agent.exit(killed);
    await agent.pass(20_000);
    expect(agent.trace.join()).not.toContain('late');
  });

  it('says so when the guest takes long to prepare, and waits on', async () => {
    const agent = startAgent(() => new Promise(() => {}));
    await agent.start();
    await agent.pass(300_000);
    expect(agent.trace.filter((line) => line.startsWith('overdue'))).toEqual(['overdue: prepare']);
  });

  it('stops the role through the bootstrapper and reports when nothing is left of the job', async () => {
    const agent = startAgent();
    await agent.start();
    await agent.start({ incarnation: 2, expectedState: 'Stopped' });
    expect(agent.toBootstrapper.at(-1)).toEqual({ type: 'process.send', message: { type: 'role.stop' } });
    agent.trace.length = 0;
    agent.exit({ kind: 'exited', code: 0 }, { kind: 'stopped', details: '' });
    await agent.settle();
    expect(agent.trace).toEqual(['job ended', 'role stopped']);
  });

  it('ends a bootstrapper by force that has answered nothing for the five minutes of a stop and the exit of its host', async () => {
    const agent = startAgent();
    await agent.start();
    await agent.start({ incarnation: 2, expectedState: 'Stopped' });
    await agent.pass(304_500);
    expect(agent.toBootstrapper).not.toContainEqual({ type: 'process.kill', cause: 'timedOut' });
    await agent.pass(500);
    expect(agent.toBootstrapper).toContainEqual({ type: 'process.kill', cause: 'timedOut' });
    expect(agent.trace.at(-1)).toBe('overdue: stop');
    agent.trace.length = 0;
    agent.exit({ kind: 'timedOut', signal: 'SIGKILL' });
    await agent.settle();
    expect(agent.trace).toEqual(['job ended', 'role stopped']);
  });

  it('goes on without a bootstrapper that a kill does not end, and says so', async () => {
    const agent = startAgent();
    await agent.start();
    await agent.start({ incarnation: 2, expectedState: 'Stopped' });
    await agent.pass(310_000);
    expect(agent.trace.slice(-4)).toEqual(['overdue: stop', 'overdue: kill', 'job ended', 'role stopped']);
  });

  it('waits as long as it takes for a bootstrapper that answers, as one does that waits for a foreground task', async () => {
    const agent = startAgent();
    await agent.start();
    await agent.start({ incarnation: 2, expectedState: 'Stopped' });
    for (let passed = 0; passed < 3_600_000; passed += 5_000) {
      agent.report({ type: 'heartbeat', n: passed });
      await agent.pass(5_000);
    }
    expect(agent.toBootstrapper).not.toContainEqual({ type: 'process.kill', cause: 'timedOut' });
    // Broken into now, it has as long again from its last sign of life on, and no more than twice.
    await agent.pass(2 * 305_000);
    expect(agent.toBootstrapper.filter((command) => command.type === 'process.kill')).toHaveLength(1);
  });

  it('starts the role anew after a recycle that had to be forced, without delay and without counting a failure', async () => {
    const agent = startAgent();
    await agent.start();
    await agent.start({ incarnation: 2, roleGeneration: 1 });
    await agent.pass(305_000);
    agent.exit({ kind: 'timedOut', signal: 'SIGKILL' });
    await agent.settle();
    await agent.pass(1);
    expect(agent.trace).toContain('bootstrapper 2');
    expect(agent.trace.join()).not.toContain('RestartingRole');
  });

  it('recycles the role when the goal asks for a new generation', async () => {
    const agent = startAgent();
    await agent.start();
    await agent.start({ incarnation: 2, roleGeneration: 1 });
    expect(agent.toBootstrapper.at(-1)).toEqual({ type: 'process.send', message: { type: 'role.stop' } });
    agent.exit({ kind: 'exited', code: 0 }, { kind: 'stopped', details: '' });
    await agent.settle();
    await agent.pass(1);
    expect(agent.trace).toContain('bootstrapper 2');
  });

  it('ignores a goal that is older than the one it has', async () => {
    const agent = startAgent();
    await agent.start({ incarnation: 5 });
    await agent.start({ incarnation: 4, expectedState: 'Stopped' });
    expect(agent.toBootstrapper).toEqual([]);
  });

  it('never starts the bootstrapper while the guest cannot be prepared, and tries again', async () => {
    let attempts = 0;
    const agent = startAgent(async () => {
      attempts += 1;
      throw new Error('C:\\Resources\\Directory\\x is locked');
    });
    await agent.start();
    await agent.pass(30_000);
    expect(attempts).toBeGreaterThan(5);
    expect(agent.trace).toContain('FailedStartingRole: C:\\Resources\\Directory\\x is locked');
    expect(agent.trace.join()).not.toContain('bootstrapper');
  });

  it('gives up the restart when the role is to stop meanwhile', async () => {
    const agent = startAgent();
    await agent.start();
    agent.exit(killed);
    await agent.start({ incarnation: 2, expectedState: 'Stopped' });
    expect(agent.trace.at(-1)).toBe('role stopped');
    await agent.pass(60_000);
    expect(agent.trace.filter((line) => line.startsWith('bootstrapper'))).toEqual(['bootstrapper 1']);
  });

  it('leaves a role host that is to outlive its job alone until the next bootstrapper starts, and ends it before that', async () => {
    const agent = startAgent();
    await agent.start();
    agent.actor.send({ type: 'faults', faults: ['linger-host'] });
    agent.trace.length = 0;
    agent.exit(killed);
    await agent.pass(3_000);
    expect(agent.trace.slice(-2)).toEqual(['job ended but for its host', 'outlives: 4711']);
    await agent.pass(16_500);
    expect(agent.trace).not.toContain('job ended');
    await agent.pass(5_000);
    expect(agent.trace.slice(-3)).toEqual([
      'job ended',
      'CreatingRole: Preparing to start role... System is initializing.',
      'bootstrapper 2',
    ]);
  });

  it('ends what such a host has left as soon as it was ended by hand', async () => {
    const agent = startAgent();
    await agent.start();
    agent.actor.send({ type: 'faults', faults: ['linger-host'] });
    agent.exit(killed);
    await agent.pass(5_000);
    agent.trace.length = 0;
    agent.killHost();
    await agent.settle();
    expect(agent.trace).toEqual(['job ended']);
    await agent.pass(20_000);
    expect(agent.trace.slice(1)).toEqual(['CreatingRole: Preparing to start role... System is initializing.', 'bootstrapper 2']);
  });

  it.each([
    ['it has failed', { kind: 'exited', code: 1 }, { kind: 'hostExited', details: 'no' }],
    ['it is recycled', { kind: 'exited', code: 0 }, { kind: 'recycle', details: '' }],
  ] as const)('spares no host when %s, nor when the fault was cleared', async (_how, cause, outcome) => {
    const agent = startAgent();
    await agent.start();
    agent.actor.send({ type: 'faults', faults: ['linger-host'] });
    agent.exit(cause, outcome);
    await agent.pass(20_000);
    agent.actor.send({ type: 'faults', faults: [] });
    agent.exit(killed);
    await agent.pass(20_000);
    expect(agent.trace).not.toContain('job ended but for its host');
  });

  it('ends a host that has outlived its job when the role is to stop', async () => {
    const agent = startAgent();
    await agent.start();
    agent.actor.send({ type: 'faults', faults: ['linger-host'] });
    agent.exit(killed);
    await agent.pass(5_000);
    await agent.start({ incarnation: 2, expectedState: 'Stopped' });
    expect(agent.trace.slice(-2)).toEqual(['job ended', 'role stopped']);
  });

  it('leaves when its service is stopped, with nothing left of the job', async () => {
    const agent = startAgent();
    await agent.start();
    agent.actor.send({ type: 'service.stop' });
    await agent.settle();
    expect(agent.trace.slice(-2)).toEqual(['job ended', 'left']);
  });
});
