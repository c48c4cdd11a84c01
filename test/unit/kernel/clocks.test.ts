import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { scaledClock } from '../../../kernel/clock.ts';
import { steppingClock } from '../../../kernel/stepping-clock.ts';

describe('the clock of the product', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('runs faster than Azure by the speed', () => {
    const clock = scaledClock(60);
    const fired: number[] = [];
    clock.setTimeout(() => fired.push(clock.now()), 3_600_000);
    vi.advanceTimersByTime(59_999);
    expect(fired).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(fired).toEqual([3_600_000]);
    expect(clock.realMs(3_600_000)).toBe(60_000);
  });

  it('can be slower', () => {
    const clock = scaledClock(0.5);
    const fired = vi.fn();
    clock.setTimeout(fired, 1_000);
    vi.advanceTimersByTime(1_999);
    expect(fired).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(fired).toHaveBeenCalledOnce();
  });

  it.each([2 ** 31 - 1, 2 ** 31, 2 ** 32, 365 * 86_400_000])('keeps a timer of %d ms, which is more than Node keeps', (ms) => {
    const fired = vi.fn();
    scaledClock(1).setTimeout(fired, ms);
    vi.advanceTimersByTime(ms - 1);
    expect(fired).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(fired).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives up a timer at any time, long ones in their later parts as well', () => {
    const clock = scaledClock(1);
    const fired = vi.fn();
    const short = clock.setTimeout(fired, 10);
    const long = clock.setTimeout(fired, 2 ** 33);
    clock.clearTimeout(short);
    vi.advanceTimersByTime(2 ** 32);
    clock.clearTimeout(long);
    clock.clearTimeout(undefined);
    vi.advanceTimersByTime(2 ** 34);
    expect(fired).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('the stepping clock', () => {
  it('stands still until it is told to go on', () => {
    const clock = steppingClock();
    const fired = vi.fn();
    clock.setTimeout(fired, 0);
    expect([clock.now(), clock.pending(), fired.mock.calls.length]).toEqual([0, 1, 0]);
    clock.advance(0);
    expect([clock.pending(), fired.mock.calls.length]).toEqual([0, 1]);
  });

  it('fires what is due in order, each at its own time, those of the same time as they were set', () => {
    const clock = steppingClock();
    const fired: string[] = [];
    const set = (name: string, ms: number) => clock.setTimeout(() => fired.push(`${name} at ${clock.now()}`), ms);
    set('c', 30);
    set('a', 10);
    set('b1', 20);
    set('b2', 20);
    set('late', 31);
    clock.advance(30);
    expect(fired).toEqual(['a at 10', 'b1 at 20', 'b2 at 20', 'c at 30']);
    expect([clock.now(), clock.pending()]).toEqual([30, 1]);
  });

  it('fires on its way what was set on its way', () => {
    const clock = steppingClock();
    const fired: number[] = [];
    const again = () => {
      fired.push(clock.now());
      clock.setTimeout(again, 10);
    };
    clock.setTimeout(again, 10);
    clock.advance(35);
    expect([fired, clock.now()]).toEqual([[10, 20, 30], 35]);
  });

  it('does not fire what was given up, not even on its way', () => {
    const clock = steppingClock();
    const fired = vi.fn();
    const second = clock.setTimeout(fired, 20);
    clock.setTimeout(() => clock.clearTimeout(second), 10);
    clock.advance(100);
    expect(fired).not.toHaveBeenCalled();
  });
});
