import { describe, expect, it } from 'vitest';
import { awakeClock } from '../../../kernel/awake-clock.ts';
import { steppingClock } from '../../../kernel/stepping-clock.ts';

const hour = 3_600_000;

function awake() {
  const base = steppingClock();
  const clock = awakeClock(base, 1_000);
  const fired: string[] = [];
  const set = (name: string, ms: number) => clock.setTimeout(() => fired.push(`${name} at ${clock.now()}`), ms);
  const beat = () => clock.setTimeout(beat, 5_000);
  return { base, clock, fired, set, beat };
}

describe('a clock that counts only the time in which its process runs', () => {
  it('is like any other while the process runs', () => {
    const { base, clock, fired, set } = awake();
    set('b', 2_000);
    set('a', 1_000);
    const given = set('given up', 1_500);
    clock.clearTimeout(given);
    clock.clearTimeout(undefined);
    base.advance(2_500);
    expect([fired, clock.now(), base.pending()]).toEqual([['a at 1000', 'b at 2000'], 2_500, 0]);
  });

  it('fires at once what was due first in a pause, and puts off everything else by it', () => {
    const { base, clock, fired, set } = awake();
    set('beat', 5_000);
    set('deadline', 60_000);
    base.advance(4_000);
    base.standStill(hour);
    base.advance(0);
    expect(fired).toEqual(['beat at 5000']);
    base.advance(54_999);
    expect(fired).toHaveLength(1);
    base.advance(1);
    expect(fired).toEqual(['beat at 5000', 'deadline at 60000']);
    expect([clock.now(), base.pending()]).toEqual([60_000, 0]);
  });

  it('counts a pause once, whatever was due in it, and every pause', () => {
    const { base, clock, fired, set } = awake();
    for (const ms of [1_000, 2_000, 3_000, 20_000]) set(String(ms), ms);
    base.standStill(hour);
    base.advance(2_000);
    expect(fired).toEqual(['1000 at 1000', '2000 at 2000', '3000 at 3000']);
    base.standStill(hour);
    base.advance(11_999);
    expect(fired).toHaveLength(3);
    base.advance(1);
    expect([fired.at(-1), clock.now()]).toEqual(['20000 at 20000', 20_000]);
  });

  it('does not put off what is set after a pause, before any timer has told of it', () => {
    const { base, fired, set, beat } = awake();
    beat();
    base.advance(1_000);
    base.standStill(hour);
    set('after', 3_000);
    base.advance(3_000);
    expect(fired).toEqual(['after at 8000']);
  });

  it('tells the time without the pause to whoever asks first', () => {
    const { base, clock, beat } = awake();
    beat();
    base.standStill(hour);
    expect(clock.now()).toBe(5_000);
  });

  it('takes what work holds up for no pause', () => {
    const { base, clock, fired, set } = awake();
    set('beat', 5_000);
    set('deadline', 6_000);
    base.standStill(5_900);
    base.advance(100);
    expect([fired, clock.now()]).toEqual([['beat at 5900', 'deadline at 6000'], 6_000]);
  });

  it('knows of a pause while it waits for nothing but a deadline, to within a part of it', () => {
    const { base, fired, set } = awake();
    set('deadline', 320_000);
    base.advance(100_000);
    base.standStill(hour);
    base.advance(220_000 - 10_001);
    expect(fired).toEqual([]);
    base.advance(10_001);
    expect(fired).toHaveLength(1);
    expect(base.pending()).toBe(0);
  });

  it('leaves no timer behind when the last one is given up', () => {
    const { base, clock, set } = awake();
    const deadline = set('deadline', hour);
    expect(base.pending()).toBe(2);
    clock.clearTimeout(deadline);
    expect(base.pending()).toBe(0);
  });
});
