import { describe, expect, it } from 'vitest';
import { silenceFuse } from '../../../agents/host-agent/silence-fuse.ts';
import { awakeClock } from '../../../kernel/awake-clock.ts';
import { steppingClock } from '../../../kernel/stepping-clock.ts';

const minute = 60_000;

describe('the moment at which a silent VM is restarted', () => {
  it('is ten minutes after the last sign of life, the same whenever it is asked for', () => {
    const clock = steppingClock();
    const fuse = silenceFuse(clock, 10 * minute);
    expect(fuse.burnsOutAt()).toBeUndefined();
    fuse.heard();
    const at = Date.parse(fuse.burnsOutAt() ?? '');
    expect(Math.abs(at - Date.now() - 10 * minute)).toBeLessThan(minute);
    expect(Date.parse(fuse.burnsOutAt() ?? '')).toBe(at);
  });

  it('is put off by what this process has slept', () => {
    const base = steppingClock();
    const clock = awakeClock(base, 1_000);
    const fuse = silenceFuse(clock, 10 * minute);
    fuse.heard();
    clock.setTimeout(() => {}, 5_000);
    base.standStill(60 * minute);
    // The clock of the wall stands still in this test: only what the process knows of is left.
    const left = Date.parse(fuse.burnsOutAt() ?? '') - Date.now();
    expect(left).toBeGreaterThan(9.5 * minute);
  });
});
