import { describe, expect, it } from 'vitest';
import { vmEvents } from '../../../contracts/events.ts';
import type { HostGoal } from '../../../contracts/host-goal.ts';
import { goalAfter, goalRestored } from '../../../fabric/goal-after.ts';

const goal: HostGoal = { incarnation: 4, expectedState: 'Started', power: 'on', roleGeneration: 2 };

describe('the goal after an event', () => {
  it.each(vmEvents)('%s is newer than the one before and leaves the power on', (event) => {
    expect(goalAfter(goal, event, 0)).toMatchObject({ incarnation: 5, power: 'on' });
  });

  it('has another generation of the role after a recycle, and another state after stop and start', () => {
    expect(goalAfter(goal, 'recycle', 0)).toEqual({ ...goal, incarnation: 5, roleGeneration: 3 });
    const stopped = goalAfter(goal, 'stop', 0);
    expect(stopped).toEqual({ ...goal, incarnation: 5, expectedState: 'Stopped' });
    expect(goalAfter(stopped, 'start', 0)).toMatchObject({ incarnation: 6, expectedState: 'Started', event: { n: 1, name: 'start' } });
  });

  it('numbers events from the last that has happened or was meant, whichever is later', () => {
    expect(goalAfter(goal, 'reimage', 7).event).toEqual({ n: 8, name: 'reimage' });
    expect(goalAfter({ ...goal, event: { n: 9, name: 'rebuild' } }, 'reimage', 9).event).toEqual({ n: 10, name: 'reimage' });
  });

  it('keeps what has not happened yet, in order, and forgets what has', () => {
    const first = goalAfter(goal, 'reimage', 0);
    const second = goalAfter(first, 'power-cycle', 0);
    expect(second).toMatchObject({ earlier: [{ n: 1, name: 'reimage' }], event: { n: 2, name: 'power-cycle' } });
    const third = goalAfter(second, 'migrate', 1);
    expect(third).toMatchObject({ earlier: [{ n: 2, name: 'power-cycle' }], event: { n: 3, name: 'migrate' } });
    expect(goalAfter(third, 'reboot', 3)).toMatchObject({ earlier: [], event: { n: 4, name: 'reboot' } });
  });

  it('lets one that waits already happen once, except an upgrade, which flips the letter each time', () => {
    let repeated = goal;
    for (let time = 0; time < 50; time += 1) for (const name of ['reimage', 'reboot'] as const) repeated = goalAfter(repeated, name, 0);
    expect([repeated.incarnation, repeated.earlier, repeated.event]).toEqual([104, [{ n: 1, name: 'reimage' }], { n: 2, name: 'reboot' }]);
    const twice = goalAfter(goalAfter(goal, 'upgrade', 0), 'upgrade', 0);
    expect(twice).toMatchObject({ earlier: [{ n: 1, name: 'upgrade' }], event: { n: 2, name: 'upgrade' } });
  });

  it('stays with what waits when the role is recycled, stopped or started', () => {
    const waiting = goalAfter(goal, 'reimage', 0);
    for (const event of ['recycle', 'stop'] as const) expect(goalAfter(waiting, event, 0).event).toEqual({ n: 1, name: 'reimage' });
    expect(goalAfter(waiting, 'start', 0)).toMatchObject({ earlier: [{ n: 1, name: 'reimage' }], event: { n: 2, name: 'start' } });
  });
});

describe('the goal of an instance that is put back to a snapshot', () => {
  it('is a power cycle that names it, in the state of then, and forgets what had not happened yet', () => {
    const waiting = goalAfter(goalAfter(goal, 'reimage', 0), 'migrate', 0);
    expect(goalRestored({ ...waiting, expectedState: 'Stopped' }, 'before', 'Started', 0)).toEqual({
      ...goal,
      incarnation: 7,
      event: { n: 3, name: 'power-cycle', snapshot: 'before' },
    });
    expect(goalRestored(goal, 'before', 'Stopped', 6)).toMatchObject({ expectedState: 'Stopped', event: { n: 7 } });
  });

  it('is no other one after a power loss that comes before it is through', () => {
    const restored = goalRestored(goal, 'before', 'Started', 4);
    expect(goalAfter(restored, 'power-cycle', 4)).toEqual({ ...restored, incarnation: restored.incarnation + 1 });
  });
});
