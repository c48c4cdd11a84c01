import { describe, expect, it } from 'vitest';
import { createActor, fromCallback, fromPromise } from 'xstate';
import type { ExitCause } from '../../../contracts/exit-cause.ts';
import type { HostedEntryPoint } from '../../../contracts/links.ts';
import { workerHostMachine } from '../../../hosts/worker-host/worker-host.machine.ts';
import type { ProcessEvent } from '../../../kernel/process-logic.ts';

/** Something that role code does, ended by the test. */
function pending<Result>() {
  let resolve = (_: Result) => {};
  let reject = (_: Error) => {};
  const promise = new Promise<Result>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

const entryPoint: HostedEntryPoint = { kind: 'NetFxEntryPoint', file: '/vm/E/approot/WorkerRole1.dll' };
const program: HostedEntryPoint = { kind: 'ProgramEntryPoint', commandLine: 'node server.js', cwd: 'E:\\approot' };

/** A role host whose role code the test plays; `trace` is what is called and told, one line each. */
function playHost() {
  const trace: string[] = [];
  const code = { load: pending<void>(), onStart: pending<boolean>(), run: pending<void>(), onStop: pending<void>() };
  let process = (_: ProcessEvent<never>) => {};
  const call = <Result>(name: string, step: { readonly promise: Promise<Result> }) => {
    trace.push(name);
    return step.promise;
  };
  const machine = workerHostMachine(
    {
      load: fromPromise(() => call('load', code.load)),
      onStart: fromPromise(() => call('OnStart', code.onStart)),
      run: fromPromise(() => call('Run', code.run)),
      onStop: fromPromise(() => call('OnStop', code.onStop)),
      program: fromCallback(({ sendBack, input }) => {
        trace.push(`program ${(input as { commandLine: string }).commandLine}`);
        process = sendBack;
      }),
    },
    {
      onStartBegins: () => trace.push('tells OnStart'),
      ready: () => trace.push('tells ready'),
      runReturned: () => trace.push('tells Run returned'),
      stopped: () => trace.push('tells stopped'),
      failed: ({ phase, detail, code: exitCode }) =>
        trace.push(`tells ${phase} failed: ${detail.split('\n')[0]}${exitCode === undefined ? '' : ` (${exitCode})`}`),
      programStarted: ({ pid }) => trace.push(`tells program ${pid}`),
      programEnded: () => trace.push('tells program ended'),
    },
  );
  const actor = createActor(machine);
  actor.start();
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  const played = {
    actor,
    trace,
    code,
    settle,
    async start(what: HostedEntryPoint = entryPoint) {
      actor.send({ type: 'host.start', entryPoint: what });
      await settle();
    },
    async until(last: 'OnStart' | 'Run') {
      await played.start();
      code.load.resolve();
      await settle();
      if (last === 'OnStart') return;
      code.onStart.resolve(true);
      await settle();
    },
    stop: () => actor.send({ type: 'role.stop' }),
    process: (event: ProcessEvent<never>) => process(event),
    exits: (cause: ExitCause) => process({ type: 'process.exited', cause }),
    ended: () => actor.getSnapshot().status === 'done' && actor.getSnapshot().value,
  };
  return played;
}

describe('an entry point', () => {
  it('is loaded, then OnStart, then Ready and only then Run', async () => {
    const host = playHost();
    await host.until('Run');
    expect(host.trace).toEqual(['load', 'tells OnStart', 'OnStart', 'tells ready', 'Run']);
    expect(host.ended()).toBe(false);
  });

  it('is not Ready while OnStart runs, however long', async () => {
    const host = playHost();
    await host.until('OnStart');
    expect(host.trace).not.toContain('tells ready');
  });

  it('whose module cannot be loaded fails with the reason alone', async () => {
    const host = playHost();
    await host.start();
    host.code.load.reject(new Error('WorkerRole1.dll is a .NET assembly'));
    await host.settle();
    expect(host.trace.at(-1)).toBe('tells load failed: WorkerRole1.dll is a .NET assembly');
    expect(host.ended()).toBe('failed');
  });

  it.each([
    [
      'returns false',
      (host: ReturnType<typeof playHost>) => host.code.onStart.resolve(false),
      'tells onStartFalse failed: OnStart returned false.',
    ],
    ['throws', (host: ReturnType<typeof playHost>) => host.code.onStart.reject(new Error('no')), 'tells onStart failed: Error: no'],
  ])('whose OnStart %s ends at once, without OnStop', async (_what, end, told) => {
    const host = playHost();
    await host.until('OnStart');
    end(host);
    await host.settle();
    expect(host.trace.at(-1)).toBe(told);
    expect(host.trace).not.toContain('OnStop');
    expect(host.ended()).toBe('failed');
  });

  it('whose Run throws ends at once, without OnStop', async () => {
    const host = playHost();
    await host.until('Run');
    host.code.run.reject(new Error('no'));
    await host.settle();
    expect(host.trace.at(-1)).toBe('tells run failed: Error: no');
    expect(host.trace).not.toContain('OnStop');
  });

  it('whose Run returns is taken through OnStop before it ends', async () => {
    const host = playHost();
    await host.until('Run');
    host.code.run.resolve();
    await host.settle();
    expect(host.trace).toContain('OnStop');
    expect(host.trace.at(-1)).not.toBe('tells stopped');
    host.code.onStop.resolve();
    await host.settle();
    expect(host.trace.slice(-3).sort()).toEqual(['OnStop', 'tells Run returned', 'tells stopped']);
    expect(host.ended()).toBe('stopped');
  });

  it('is stopped through OnStop while Run goes on', async () => {
    const host = playHost();
    await host.until('Run');
    host.stop();
    host.stop();
    host.code.onStop.resolve();
    await host.settle();
    expect(host.trace.filter((line) => line === 'OnStop')).toHaveLength(1);
    expect(host.trace).not.toContain('tells Run returned');
    expect(host.ended()).toBe('stopped');
  });

  it('stopped during OnStart is taken through OnStop when that is over, and never becomes Ready', async () => {
    const host = playHost();
    await host.until('OnStart');
    host.stop();
    expect(host.trace).not.toContain('OnStop');
    host.code.onStart.resolve(true);
    await host.settle();
    host.code.onStop.resolve();
    await host.settle();
    expect(host.trace.slice(-2)).toEqual(['OnStop', 'tells stopped']);
    expect(host.trace).not.toContain('tells ready');
  });

  it('stopped while it is loaded ends without having been called', async () => {
    const host = playHost();
    await host.start();
    host.stop();
    host.code.load.resolve();
    await host.settle();
    expect(host.trace).toEqual(['load', 'tells stopped']);
  });

  it('stopped before it is known ends', () => {
    const host = playHost();
    host.stop();
    expect(host.ended()).toBe('stopped');
  });

  it('whose OnStop throws has failed', async () => {
    const host = playHost();
    await host.until('Run');
    host.stop();
    host.code.onStop.reject(new Error('no'));
    await host.settle();
    expect(host.trace.at(-1)).toBe('tells onStop failed: Error: no');
  });

  it.each(['load', 'OnStart', 'Run', 'OnStop'])('fails by what it throws where nobody catches it, also during %s', async (moment) => {
    const host = playHost();
    if (moment === 'load') await host.start();
    else await host.until(moment === 'OnStart' ? 'OnStart' : 'Run');
    if (moment === 'OnStop') host.stop();
    host.actor.send({ type: 'role.threw', detail: 'Error: late' });
    expect(host.trace.at(-1)).toBe('tells run failed: Error: late');
    expect(host.ended()).toBe('failed');
  });

  it('that has ended is not told of again', async () => {
    const host = playHost();
    await host.until('Run');
    host.actor.send({ type: 'role.threw', detail: 'first' });
    host.actor.send({ type: 'role.threw', detail: 'second' });
    host.code.run.reject(new Error('third'));
    await host.settle();
    expect(host.trace.filter((line) => line.includes('failed'))).toEqual(['tells run failed: first']);
  });
});

describe("a role's program", () => {
  const started = { type: 'process.started', process: { pid: 7, startTicks: '1', startedAt: '' } } as const;

  it('is Ready as soon as it is started', async () => {
    const host = playHost();
    await host.start(program);
    expect(host.trace).toEqual(['program node server.js']);
    host.process(started);
    expect(host.trace.slice(1)).toEqual(['tells program 7', 'tells ready']);
  });

  it.each([
    [{ kind: 'exited', code: 0 }, 'Exited with error code 0. (0)'],
    [{ kind: 'exited', code: -1073741819 }, 'Exited with error code -1073741819. (-1073741819)'],
    [{ kind: 'killed', signal: 'SIGKILL' }, 'Program killed by SIGKILL.'],
  ] as const)('ends the role when it ends, whatever its code: %o', async (cause, words) => {
    const host = playHost();
    await host.start(program);
    host.process(started);
    host.exits(cause);
    expect(host.trace.slice(-2)).toEqual(['tells program ended', `tells program failed: ${words}`]);
    expect(host.ended()).toBe('failed');
  });

  it('that cannot be started never makes the role Ready', async () => {
    const host = playHost();
    await host.start(program);
    host.exits({ kind: 'notStarted', detail: '"server" was found neither in E:\\approot nor on the PATH (0x80070002).' });
    expect(host.trace).not.toContain('tells ready');
    expect(host.trace.at(-1)).toContain('"server" was found neither in');
  });

  it('is left to its job when the role stops', async () => {
    const host = playHost();
    await host.start(program);
    host.process(started);
    host.stop();
    expect(host.trace.at(-1)).toBe('tells stopped');
    expect(host.ended()).toBe('stopped');
  });
});
