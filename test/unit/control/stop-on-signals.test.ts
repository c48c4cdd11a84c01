import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stopOnSignals } from '../../../control/emulator/stop-on-signals.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
let told: string[];
let before: Map<string, readonly unknown[]>;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  told = [];
  before = new Map(signals.map((signal) => [signal, process.listeners(signal)]));
  vi.spyOn(process, 'exit').mockImplementation((code) => {
    told.push(`exit ${code}`);
    return undefined as never;
  });
  stopOnSignals(
    () => told.push('stop'),
    () => told.push('give up'),
  );
});
afterEach(() => {
  for (const signal of signals) {
    for (const listener of process.listeners(signal)) {
      if (!before.get(signal)?.includes(listener)) process.off(signal, listener);
    }
  }
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** As the system would, without ending this process. */
const send = (signal: (typeof signals)[number]) => {
  for (const listener of process.listeners(signal)) if (!before.get(signal)?.includes(listener)) listener(signal);
};

describe('signals', () => {
  it.each(signals)('%s stops in order', (signal) => {
    send(signal);
    expect(told).toEqual(['stop']);
  });

  it('a second Ctrl-C ends at once, after the state was withdrawn', () => {
    send('SIGINT');
    vi.advanceTimersByTime(501);
    send('SIGINT');
    expect(told).toEqual(['stop', 'give up', 'exit 130']);
  });

  it('a Ctrl-C that arrives twice, as npm passes it on, is one', () => {
    send('SIGINT');
    vi.advanceTimersByTime(1);
    send('SIGINT');
    vi.advanceTimersByTime(499);
    send('SIGINT');
    expect(told).toEqual(['stop']);
  });

  it('SIGTERM never ends at once, however often', () => {
    for (let n = 0; n < 3; n += 1) {
      send('SIGTERM');
      vi.advanceTimersByTime(10_000);
    }
    expect(new Set(told)).toEqual(new Set(['stop']));
  });

  it('a Ctrl-C after a SIGTERM is the first one', () => {
    send('SIGTERM');
    vi.advanceTimersByTime(10_000);
    send('SIGINT');
    expect(told).toEqual(['stop', 'stop']);
  });
});
