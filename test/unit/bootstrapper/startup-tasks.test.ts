import { describe, expect, it } from 'vitest';
import { playBootstrapper, roleOf, withRole } from './play-bootstrapper.ts';

describe('startup tasks', () => {
  it('run in document order, a simple one holding up the rest until it exits with 0', async () => {
    const played = await withRole('simple', 'simple');
    expect(played.startedTasks()).toEqual([0]);
    played.taskDone(0);
    expect(played.startedTasks()).toEqual([0, 1]);
    expect(played.trace).not.toContain('host started');
    played.taskDone(1);
    expect(played.trace.slice(1)).toEqual([
      'StartingRole: Waiting for role to start... System startup tasks are running.',
      't0 started',
      't0 exited with code 0',
      'StartingRole: Waiting for role to start... System startup tasks are running.',
      't1 started',
      't1 exited with code 0',
      'BusyRole: Starting role... System is initializing.',
      'host started',
    ]);
  });

  it('a simple one may take hours', async () => {
    const played = await withRole('simple');
    played.clock.advance(299_999);
    expect(played.trace.at(-1)).toBe('t0 started');
    played.clock.advance(50 * 3_600_000);
    expect(played.trace.slice(-2)).toEqual(['t0 started', 'waits task t0']);
    expect(played.outcomes).toEqual([]);
    played.taskDone(0);
    expect(played.trace).toContain('host started');
  });

  it('background and foreground ones are not waited for, and are started in their place', async () => {
    const played = await withRole('background', 'foreground', 'simple', 'background');
    expect(played.startedTasks()).toEqual([0, 1, 2]);
    played.taskDone(2);
    expect(played.startedTasks()).toEqual([0, 1, 2, 3]);
    expect(played.trace).toContain('host started');
  });

  it('a role without any goes straight to its host', async () => {
    const played = await withRole();
    expect(played.trace.slice(1)).toEqual(['BusyRole: Starting role... System is initializing.', 'host started']);
  });

  it.each([
    [{ kind: 'exited', code: 3010 }, 'exited with code 3010'],
    [{ kind: 'exited', code: -1 }, 'exited with code -1'],
    [{ kind: 'killed', signal: 'SIGKILL' }, 'killed by SIGKILL'],
    [{ kind: 'notStarted', detail: 'no such program' }, 'could not be started: no such program'],
  ] as const)('a simple one that does not exit with 0 ends the start: %o', async (cause, words) => {
    const played = await withRole('simple', 'simple');
    played.exitTask(0, cause);
    expect(played.startedTasks()).toEqual([0]);
    expect(played.outcomes).toEqual([{ kind: 'taskFailed', details: expect.stringContaining(`Startup task "t0" ${words}.`) }]);
    expect(played.actor.getSnapshot().status).toBe('done');
  });

  it('the end of a background or foreground one, whatever its code, changes nothing for the role', async () => {
    const played = await withRole('background', 'foreground', 'simple');
    played.exitTask(0, { kind: 'exited', code: 1 });
    played.exitTask(1, { kind: 'killed', signal: 'SIGKILL' });
    expect(played.outcomes).toEqual([]);
    played.taskDone(2);
    expect(played.trace).toContain('host started');
    expect(played.trace.filter((line) => /^t[01] (exited|killed)/.test(line))).toEqual(['t0 exited with code 1', 't1 killed by SIGKILL']);
  });

  it('the end of a background one while a simple one runs is not taken for the end of the simple one', async () => {
    const played = await withRole('background', 'simple');
    played.taskDone(0);
    expect(played.trace).not.toContain('host started');
    expect(played.trace.filter((line) => line === 't0 exited with code 0')).toHaveLength(1);
  });

  it('each end is told once', async () => {
    const played = await withRole('simple', 'background');
    played.taskDone(0);
    played.taskDone(1);
    expect(played.trace.filter((line) => line.endsWith('exited with code 0'))).toEqual(['t0 exited with code 0', 't1 exited with code 0']);
  });
});

describe('a role that cannot be read', () => {
  it('ends the start with the reason in the words of the reader', async () => {
    const played = playBootstrapper(async () => {
      throw new Error('WorkerRole1 has no entry point');
    });
    await played.settle();
    expect(played.outcomes).toEqual([{ kind: 'roleModelUnreadable', details: 'WorkerRole1 has no entry point' }]);
    expect(played.startedTasks()).toEqual([]);
  });

  it('is not an outcome any more when the role was stopped meanwhile', async () => {
    let fail = (_: Error) => {};
    const played = playBootstrapper(() => new Promise((_, reject) => (fail = reject)));
    played.stop();
    fail(new Error('late'));
    await played.settle();
    expect(played.outcomes).toEqual([{ kind: 'stopped', details: '' }]);
  });

  it('nor does a role that is read too late start', async () => {
    let resolve = (_: ReturnType<typeof roleOf>) => {};
    const played = playBootstrapper(() => new Promise((done) => (resolve = done)));
    played.stop();
    resolve(roleOf('simple'));
    await played.settle();
    expect(played.startedTasks()).toEqual([]);
  });
});
