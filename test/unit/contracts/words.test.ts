import { describe, expect, it } from 'vitest';
import { describeExit, type ExitCause } from '../../../contracts/exit-cause.ts';
import { instanceStatuses, instanceStatusNamed, portalState } from '../../../contracts/instance-status.ts';
import { playedProcessName, processNames, withoutExe } from '../../../contracts/process-names.ts';
import { resolveTimings, type TimingName, timings } from '../../../contracts/timings.ts';

describe('durations', () => {
  it("at Azure's own speed are Azure's", () => {
    const resolved = resolveTimings(1);
    for (const [name, { ms }] of Object.entries(timings)) expect(resolved[name as TimingName], name).toBe(ms);
  });

  it.each([1, 10, 60, 1_000, 1_000_000])('at speed %d last at least what the machine underneath needs', (speed) => {
    const resolved = resolveTimings(speed);
    for (const [name, timing] of Object.entries(timings)) {
      const floor = 'floorMs' in timing ? timing.floorMs : 0;
      expect(resolved[name as TimingName] / speed, name).toBeGreaterThanOrEqual(floor);
    }
  });

  it('are not lifted further than that', () => {
    expect(resolveTimings(60).onStopMs).toBe(300_000);
    expect(resolveTimings(600).onStopMs).toBe(600_000);
    expect(resolveTimings(600).lostBootstrapperRestartMs).toBe(20_000);
  });

  it('slower than Azure are longer in real time, not shorter in its own', () => {
    expect(resolveTimings(0.5)).toEqual(resolveTimings(1));
  });

  it('can be set one by one, down to what the machine needs', () => {
    const resolved = resolveTimings(10, { lostBootstrapperRestartMs: 0, heartbeatMs: 0 });
    expect([resolved.lostBootstrapperRestartMs, resolved.heartbeatMs]).toEqual([0, 200]);
    expect(resolved.crashRestartMs).toBe(timings.crashRestartMs.ms);
  });

  it('keep the order that the platform lives by: silence is noticed before it is acted on', () => {
    for (const speed of [1, 60, 10_000]) {
      const resolved = resolveTimings(speed);
      expect(resolved.hostHeartbeatMs).toBeLessThan(resolved.guestUnresponsiveMs);
      expect(resolved.guestUnresponsiveMs).toBeLessThan(resolved.guestLostMs);
    }
  });
});

describe('the status of an instance', () => {
  it.each([
    ['ready', 'ReadyRole'],
    ['ReadyRole', 'ReadyRole'],
    ['READYROLE', 'ReadyRole'],
    ['cycling', 'CyclingRole'],
    ['creatingvm', 'CreatingVM'],
    ['stopped', 'StoppedVM'],
    ['RoleStateUnknown', 'RoleStateUnknown'],
  ])('%s means %s', (text, status) => expect(instanceStatusNamed(text)).toBe(status));

  it.each(['', 'role', 'vm', 'Ready Role', 'constructor'])('%o means none', (text) => expect(instanceStatusNamed(text)).toBeUndefined());

  it('has a word of the portal for each', () => {
    for (const status of instanceStatuses) expect(portalState(status), status).toMatch(/^[A-Z][a-z]+$/);
    expect(instanceStatuses.filter((status) => portalState(status) === 'Ready')).toEqual(['ReadyRole']);
  });
});

describe('names of processes', () => {
  it.each(processNames)('%s is found in any case, with and without .exe', (name) => {
    for (const text of [name, name.toLowerCase(), `${name}.exe`, `${name.toUpperCase()}.EXE`]) expect(playedProcessName(text)).toBe(name);
  });

  it.each(['', '.exe', 'node', 'WaHostBootstrapper.exe.exe', ' WaAppAgent', 'WaAppAgent.dll'])('%o is none of them', (text) =>
    expect(playedProcessName(text)).toBeUndefined(),
  );

  it('lose .exe only at their end', () => expect(withoutExe('a.exe.config.EXE')).toBe('a.exe.config'));
});

describe('the end of a process in words', () => {
  it.each([
    [{ kind: 'exited', code: 0 }, 'exited with code 0'],
    [{ kind: 'exited', code: 3010 }, 'exited with code 3010'],
    [{ kind: 'crashed', code: 1 }, 'crashed with code 1'],
    [{ kind: 'killed', signal: 'SIGKILL' }, 'killed by SIGKILL'],
    [{ kind: 'killed' }, 'killed by a signal'],
    [{ kind: 'asked', code: 0 }, 'ended as asked with code 0'],
    [{ kind: 'timedOut', signal: 'SIGKILL' }, 'killed after its time to stop was over'],
    [{ kind: 'jobClosed' }, 'ended with its job'],
    [{ kind: 'parentLost' }, 'ended because its parent was gone'],
    [{ kind: 'unseen' }, 'ended while nobody could see how'],
    [{ kind: 'notStarted', detail: 'no such file' }, 'could not be started: no such file'],
    [{ kind: 'notStarted' }, 'could not be started'],
  ] as const satisfies readonly (readonly [ExitCause, string])[])('%o: %s', (cause, words) => expect(describeExit(cause)).toBe(words));
});
