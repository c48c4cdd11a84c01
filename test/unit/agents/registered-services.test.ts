import { describe, expect, it } from 'vitest';
import { resolveTimings } from '../../../contracts/timings.ts';
import { playServices, registered } from './play-services.ts';

const { serviceStopMs } = resolveTimings(1);

describe('a registered service', () => {
  it('was never started before Windows has, which is 1077', () => {
    expect(playServices().running.condition('Cache')).toEqual({ state: 'stopped', win32ExitCode: 1077 });
  });

  it('runs as soon as its process has started', async () => {
    const { running, taken } = playServices();
    expect(await running.start(registered('Cache'))).toBeUndefined();
    expect(running.condition('cache')).toEqual({ state: 'running', win32ExitCode: 0, pid: 1 });
    expect(taken()).toEqual(['Cache runs p', 'Cache running as 1']);
  });

  it('says why its program cannot be started', async () => {
    const { running, taken } = playServices();
    const starting = running.start(registered('Cache', 'missing'));
    expect(running.condition('Cache').state).toBe('startPending');
    expect(await starting).toBe('"missing" was not found.');
    expect(running.condition('Cache')).toEqual({ state: 'stopped', win32ExitCode: 2 });
    expect(taken()).toEqual(['Cache not started: "missing" was not found.']);
    expect(await running.start(registered('Cache', 'mended'))).toBeUndefined();
  });

  it('is stopped by SIGTERM', async () => {
    const { running, taken } = playServices();
    await running.start(registered('Cache'));
    taken();
    running.stop('CACHE');
    expect(taken()).toEqual(['SIGTERM to Cache', 'Cache 1 ended as asked', 'Cache is let go']);
    expect(running.condition('Cache')).toEqual({ state: 'stopped', win32ExitCode: 0 });
  });

  it('is killed when its time to stop is over, not before, and takes nothing else meanwhile', async () => {
    const { running, clock, taken } = playServices();
    await running.start(registered('Cache', 'deaf'));
    taken();
    running.stop('Cache');
    running.stop('Cache');
    clock.advance(serviceStopMs - 1);
    expect(running.condition('Cache').state).toBe('stopPending');
    expect(taken()).toEqual(['SIGTERM to Cache']);
    clock.advance(1);
    expect(taken()).toEqual(['SIGKILL to Cache', 'Cache 1 killed after its time to stop was over', 'Cache is let go']);
    expect(clock.pending()).toBe(0);
  });

  it.each([
    [{ kind: 'exited', code: 3 } as const, 1067, ', unasked'],
    [{ kind: 'killed', signal: 'SIGSEGV' } as const, 1067, ', unasked'],
    // It has stopped itself, as a service does that has nothing more to do.
    [{ kind: 'exited', code: 0 } as const, 0, ''],
  ])('that ends by itself (%j) is not started again', async (cause, win32ExitCode, unasked) => {
    const { running, clock, exits, taken } = playServices();
    await running.start(registered('Cache'));
    exits('Cache', cause);
    expect(running.condition('Cache')).toEqual({ state: 'stopped', win32ExitCode });
    expect(taken().at(-2)).toMatch(new RegExp(`^Cache 1 .*${unasked}$`));
    clock.advance(3_600_000);
    expect(running.condition('Cache').state).toBe('stopped');
    expect(clock.pending()).toBe(0);
  });

  it('runs what is registered at its next start', async () => {
    const { running, taken } = playServices();
    await running.start(registered('Cache', 'old'));
    running.stop('Cache');
    await running.start(registered('Cache', 'new'));
    expect(taken().filter((line) => line.includes('runs'))).toEqual(['Cache runs old', 'Cache runs new']);
  });
});

describe('all registered services', () => {
  it('stop at the same time when Windows shuts down, and it waits for the last one', async () => {
    const { running, clock, taken } = playServices();
    await running.start(registered('Quick'));
    await running.start(registered('Deaf', 'deaf'));
    taken();
    let stopped = false;
    const stopping = running.stopAll().then(() => {
      stopped = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(taken().filter((line) => line.startsWith('SIG'))).toEqual(['SIGTERM to Quick', 'SIGTERM to Deaf']);
    expect(stopped).toBe(false);
    clock.advance(serviceStopMs);
    await stopping;
    expect(running.condition('Deaf').state).toBe('stopped');
  });

  it('end at once and without a word when the power goes', async () => {
    const { running, clock, faults, taken } = playServices();
    await running.start(registered('A'));
    await running.start(registered('B', 'deaf'));
    running.stop('B');
    taken();
    running.powerOff();
    expect(taken()).toEqual(['A is let go', 'B is let go']);
    expect(clock.pending()).toBe(0);
    expect(faults).toEqual([]);
  });
});
