import { describe, expect, it } from 'vitest';
import type { ExitCause } from '../../../contracts/exit-cause.ts';
import type { FromHost } from '../../../contracts/links.ts';
import type { TaskType } from '../../../contracts/role-model.ts';
import { type PlayedBootstrapper, playBootstrapper, withRole } from './play-bootstrapper.ts';

const exited = (code: number): ExitCause => ({ kind: 'exited', code });
const failed = (phase: Extract<FromHost, { type: 'host.failed' }>['phase'], detail: string): FromHost => ({
  type: 'host.failed',
  phase,
  detail,
});
const stamp = /Last exit time: \[\d{4}\/\d\d\/\d\d, \d\d:\d\d:\d\d\.\d{3}\]\.$/;

async function readyRole(...types: readonly TaskType[]): Promise<PlayedBootstrapper> {
  const played = await withRole(...types);
  played.hostSays({ type: 'host.ready' });
  return played;
}

describe('the role host', () => {
  it('is told what to run as soon as it is started', async () => {
    const played = await withRole();
    expect(played.toHost()).toEqual([
      {
        type: 'process.send',
        message: { type: 'host.start', entryPoint: { kind: 'NetFxEntryPoint', file: '/vm/E/approot/WorkerRole1.dll' } },
      },
    ]);
  });

  it('makes the role Busy until it says that it is Ready', async () => {
    const played = await withRole();
    played.hostSays({ type: 'host.onStart' });
    expect(played.trace.at(-2)).toBe('BusyRole: Starting role... System is initializing.');
    played.hostSays({ type: 'host.ready' });
    expect(played.trace.at(-1)).toBe('ReadyRole');
  });

  it.each([
    ['load', 'no default export', 'Role entrypoint could not be created: no default export '],
    ['onStart', 'Error: no', 'Unhandled Exception: Error: no '],
    ['run', 'Error: no', 'Unhandled Exception: Error: no '],
    ['program', 'Exited with error code 3.', 'Role has encountered an error and has stopped. Exited with error code 3. '],
  ] as const)('that fails in %s ends the role in its own words', async (phase, detail, words) => {
    for (const played of [await withRole(), await readyRole()]) {
      played.hostSays(failed(phase, detail));
      played.hostExits(exited(1));
      const [outcome] = played.outcomes;
      expect(outcome?.kind).toBe('hostExited');
      expect(outcome?.details).toMatch(stamp);
      expect(outcome?.details.replace(stamp, '')).toBe(words);
    }
  });

  it.each([
    [exited(3), 'Exited with error code 3. '],
    [exited(0), 'Exited with error code 0. '],
    [{ kind: 'killed', signal: 'SIGKILL' } as const, 'Role host killed by SIGKILL. '],
  ])('that ends without a word, before Ready or after it, is known by its end: %o', async (cause, words) => {
    for (const played of [await withRole(), await readyRole()]) {
      played.hostExits(cause);
      expect(played.outcomes.map(({ kind, details }) => [kind, details.replace(stamp, '')])).toEqual([['hostExited', words]]);
      expect(played.actor.getSnapshot().status).toBe('done');
    }
  });

  it('that cannot be started ends the role', async () => {
    const played = await withRole();
    played.hostExits({ kind: 'notStarted', detail: 'spawn ENOENT' });
    expect(played.outcomes[0]?.details).toContain('could not be started: spawn ENOENT');
  });

  it('that crashes takes the role down at once, foreground tasks or not', async () => {
    const played = await readyRole('foreground');
    played.hostExits(exited(1));
    expect(played.outcomes.map(({ kind }) => kind)).toEqual(['hostExited']);
  });

  it('that reports a process has it passed on', async () => {
    const played = await readyRole();
    const process = { name: 'node', kind: 'program', pid: 7, ppid: 6, startTicks: '1', startedAt: '', state: 'running' } as const;
    played.hostSays({ type: 'process', process });
    expect(played.trace.at(-1)).toBe('relayed node');
  });

  it('whose Run has returned goes through OnStop by itself, and the role is recycled in order', async () => {
    const played = await readyRole();
    played.hostSays({ type: 'host.runReturned' });
    expect(played.trace.at(-1)).toBe('StoppingRole');
    expect(played.toHost().slice(1)).toEqual([{ type: 'process.expectExit' }]);
    played.hostSays({ type: 'host.stopped' });
    played.hostExits({ kind: 'asked', code: 0 });
    expect(played.outcomes).toEqual([{ kind: 'recycle', details: 'Run returned.' }]);
  });

  it('that is stopped while it recycles is not stopped a second time', async () => {
    const played = await readyRole();
    played.hostSays({ type: 'host.runReturned' });
    played.stop();
    expect(played.toHost().filter((command) => command.type === 'process.send' && command.message.type === 'role.stop')).toEqual([]);
    played.hostExits({ kind: 'asked', code: 0 });
    expect(played.outcomes.map(({ kind }) => kind)).toEqual(['recycle']);
  });
});

describe('stopping the role', () => {
  it('while its model is read ends the bootstrapper at once', async () => {
    const played = playBootstrapper(() => new Promise(() => {}));
    played.stop();
    expect(played.outcomes).toEqual([{ kind: 'stopped', details: '' }]);
  });

  it('while a simple task hangs ends the bootstrapper at once and starts no further task', async () => {
    const played = await withRole('background', 'simple', 'simple');
    played.stop();
    expect(played.outcomes).toEqual([{ kind: 'stopped', details: '' }]);
    expect(played.startedTasks()).toEqual([0, 1]);
  });

  it('while a simple task hangs waits for the foreground tasks that were started before it', async () => {
    const played = await withRole('foreground', 'simple');
    played.stop();
    expect(played.outcomes).toEqual([]);
    played.clock.advance(24 * 3_600_000);
    expect(played.outcomes).toEqual([]);
    played.taskDone(0);
    expect(played.outcomes).toEqual([{ kind: 'stopped', details: '' }]);
  });

  it('while it starts and while it is Ready lets the host go through OnStop', async () => {
    for (const played of [await withRole(), await readyRole()]) {
      played.stop();
      expect(played.trace.at(-1)).toBe('StoppingRole');
      expect(played.toHost().slice(1)).toEqual([{ type: 'process.send', message: { type: 'role.stop' } }, { type: 'process.expectExit' }]);
      played.stop();
      played.hostSays({ type: 'host.stopped' });
      expect(played.outcomes).toEqual([]);
      played.hostExits({ kind: 'asked', code: 0 });
      expect(played.outcomes).toEqual([{ kind: 'stopped', details: '' }]);
      expect(played.toHost()).toHaveLength(3);
    }
  });

  it('waits for foreground tasks after OnStop, and for background tasks not', async () => {
    const played = await readyRole('foreground', 'background', 'foreground');
    played.stop();
    played.hostSays({ type: 'host.stopped' });
    played.hostExits({ kind: 'asked', code: 0 });
    expect(played.outcomes).toEqual([]);
    played.taskDone(2);
    expect(played.outcomes).toEqual([]);
    played.exitTask(0, exited(5));
    expect(played.outcomes).toEqual([{ kind: 'stopped', details: '' }]);
  });

  it('does not wait for a foreground task that has ended before', async () => {
    const played = await readyRole('foreground');
    played.taskDone(0);
    played.stop();
    played.hostExits({ kind: 'asked', code: 0 });
    expect(played.outcomes).toEqual([{ kind: 'stopped', details: '' }]);
  });

  it.each(['stopped', 'recycle'] as const)('kills a host whose OnStop takes more than five minutes (%s)', async (kind) => {
    const played = await readyRole();
    if (kind === 'stopped') played.stop();
    else played.hostSays({ type: 'host.runReturned' });
    played.clock.advance(299_999);
    expect(played.toHost().filter(({ type }) => type === 'process.kill')).toEqual([]);
    played.clock.advance(1);
    expect(played.toHost().at(-1)).toEqual({ type: 'process.kill', cause: 'timedOut' });
    expect(played.trace.at(-1)).toBe('waits onStop');
    played.hostExits({ kind: 'timedOut', signal: 'SIGKILL' });
    expect(played.outcomes.map((outcome) => outcome.kind)).toEqual([kind]);
  });

  it('kills a host that does not leave after OnStop has returned, and never twice', async () => {
    const played = await readyRole();
    played.stop();
    played.clock.advance(10_000);
    played.hostSays({ type: 'host.stopped' });
    played.clock.advance(4_999);
    expect(played.toHost().filter(({ type }) => type === 'process.kill')).toEqual([]);
    played.clock.advance(5_000);
    expect(played.toHost().filter(({ type }) => type === 'process.kill')).toEqual([{ type: 'process.kill', cause: 'timedOut' }]);
    expect(played.trace.at(-1)).toBe('waits exit');
    played.hostExits({ kind: 'timedOut', signal: 'SIGKILL' });
    expect(played.outcomes).toEqual([{ kind: 'stopped', details: '' }]);
    expect(played.clock.pending()).toBe(0);
  });

  it('that a kill does not end is left to the end of the job', async () => {
    const played = await readyRole();
    played.stop();
    played.clock.advance(305_000);
    expect(played.trace.slice(-2)).toEqual(['waits onStop', 'waits kill']);
    expect(played.toHost().filter(({ type }) => type === 'process.kill')).toHaveLength(1);
    expect(played.outcomes).toEqual([{ kind: 'stopped', details: '' }]);
    expect(played.clock.pending()).toBe(0);
  });

  it('may take as long as it likes to start, and to wait for a foreground task; after five minutes that is told, once', async () => {
    const played = await withRole('background', 'foreground');
    played.clock.advance(3_600_000);
    expect(played.trace.filter((line) => line.startsWith('waits'))).toEqual(['waits onStart']);
    played.hostSays({ type: 'host.ready' });
    played.stop();
    played.hostExits({ kind: 'asked', code: 0 });
    played.clock.advance(3_600_000);
    expect(played.trace.filter((line) => line.startsWith('waits'))).toEqual(['waits onStart', 'waits foreground t1']);
    expect(played.outcomes).toEqual([]);
  });

  it('is a stop even when OnStop throws', async () => {
    const played = await readyRole();
    played.stop();
    played.hostSays(failed('onStop', 'Error: no'));
    played.hostExits({ kind: 'asked', code: 1 });
    expect(played.outcomes).toEqual([{ kind: 'stopped', details: '' }]);
  });
});

describe('heartbeats', () => {
  it('are answered in every state of the bootstrapper', async () => {
    const moments: [string, () => Promise<PlayedBootstrapper>, ((played: PlayedBootstrapper) => void)?][] = [
      ['readingRoleModel', async () => playBootstrapper(() => new Promise(() => {}))],
      ['startupTasks.waiting', () => withRole('simple')],
      ['host.starting', () => withRole()],
      ['host.ready', () => readyRole()],
      ['host.ending', () => readyRole(), (played) => played.hostSays({ type: 'host.runReturned' })],
      ['host.ending', () => readyRole(), (played) => played.stop()],
      [
        'host.leaving',
        () => readyRole(),
        (played) => {
          played.stop();
          played.hostSays({ type: 'host.stopped' });
        },
      ],
      ['waitingForForeground', () => withRole('foreground', 'simple'), (played) => played.stop()],
    ];
    for (const [n, [state, make, go]] of moments.entries()) {
      const played = await make();
      go?.(played);
      const [outer, inner] = state.split('.');
      expect(played.actor.getSnapshot().value, state).toEqual(inner === undefined ? outer : { [outer as string]: inner });
      played.actor.send({ type: 'heartbeat', n });
      expect(played.trace.at(-1), state).toBe(`heartbeat ${n}`);
    }
  });
});
