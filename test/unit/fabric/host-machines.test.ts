import { describe, expect, it } from 'vitest';
import { createActor } from 'xstate';
import { hostLostMachine } from '../../../fabric/host-lost.machine.ts';
import { type HostUpdateProgress, hostUpdateMachine } from '../../../fabric/host-update.machine.ts';
import { steppingClock } from '../../../kernel/stepping-clock.ts';

const roleStartMs = 1_800_000;

function walk() {
  const clock = steppingClock();
  const told: string[] = [];
  const actor = createActor(
    hostUpdateMachine(
      {
        begin: ({ upgradeDomain, instances }) => told.push(`begin ${upgradeDomain}: ${instances.join(' ')}`),
        late: (instances) => told.push(`late: ${instances.join(' ')}`),
      },
      roleStartMs,
    ),
    { clock },
  ).start();
  return {
    clock,
    told,
    state: () => actor.getSnapshot().value,
    update: (...steps: readonly (readonly [number, ...string[]])[]) =>
      actor.send({ type: 'update', steps: steps.map(([upgradeDomain, ...instances]) => ({ upgradeDomain, instances })) }),
    is: (instance: string, progress: HostUpdateProgress) => actor.send({ type: 'instance.changed', instance, progress }),
  };
}

describe('a host update', () => {
  it('takes one upgrade domain after the other, each when all of the one before are up', () => {
    const { told, update, is, state } = walk();
    update([0, 'a', 'b'], [1, 'c']);
    expect(told).toEqual(['begin 0: a b']);
    is('a', 'up');
    is('b', 'back');
    expect(told).toHaveLength(1);
    is('b', 'up');
    expect(told).toEqual(['begin 0: a b', 'begin 1: c']);
    is('c', 'up');
    expect(state()).toBe('resting');
  });

  it('goes on thirty minutes after the hosts are back, Ready or not (S1)', () => {
    const { told, update, is, clock } = walk();
    update([0, 'a', 'b'], [1, 'c']);
    is('a', 'up');
    is('b', 'back');
    clock.advance(roleStartMs - 1);
    expect(told).toEqual(['begin 0: a b']);
    clock.advance(1);
    expect(told).toEqual(['begin 0: a b', 'late: b', 'begin 1: c']);
    // Too late to matter.
    is('b', 'up');
    expect(told).toHaveLength(3);
  });

  it('waits for a host that does not come back without limit', () => {
    const { told, update, is, clock } = walk();
    update([0, 'a', 'b'], [1, 'c']);
    is('a', 'up');
    clock.advance(100 * roleStartMs);
    expect(told).toEqual(['begin 0: a b']);
    is('b', 'back');
    is('b', 'up');
    expect(told).toEqual(['begin 0: a b', 'begin 1: c']);
  });

  it('counts an instance that is Ready and falls again as not up', () => {
    const { told, update, is } = walk();
    update([0, 'a', 'b'], [1, 'c']);
    is('a', 'up');
    is('a', 'back');
    is('b', 'up');
    expect(told).toHaveLength(1);
    is('a', 'up');
    expect(told).toHaveLength(2);
  });

  it('that is asked for while one is under way waits for it, and a domain that waits has one turn', () => {
    const { told, update, is } = walk();
    update([0, 'a']);
    update([1, 'c'], [2, 'e']);
    update([1, 'd', 'c'], [0, 'b']);
    for (const instance of ['a', 'c', 'd', 'e', 'b']) is(instance, 'up');
    expect(told).toEqual(['begin 0: a', 'begin 1: c d', 'begin 2: e', 'begin 0: b']);
  });

  it('does not hear of instances whose turn it is not', () => {
    const { told, update, is } = walk();
    update([0, 'a'], [1, 'c']);
    is('c', 'up');
    is('a', 'up');
    expect(told).toEqual(['begin 0: a', 'begin 1: c']);
    is('a', 'down');
    is('c', 'up');
    expect(told).toHaveLength(2);
  });
});

describe('a node that gives no heartbeats', () => {
  function watched() {
    const clock = steppingClock();
    const told: string[] = [];
    const tells = Object.fromEntries(['lost', 'heard', 'restart', 'giveUp'].map((name) => [name, () => told.push(name)]));
    const actor = createActor(hostLostMachine(tells as never, { hostLostMs: 300_000, hostRebootMs: 1_020_000 }), { clock }).start();
    return { clock, told, actor };
  }

  it('is unheard at once, restarted after five minutes, and given up when that does not help', () => {
    const { clock, told, actor } = watched();
    actor.send({ type: 'host.silent' });
    expect(told).toEqual(['lost']);
    clock.advance(299_999);
    expect(told).toEqual(['lost']);
    clock.advance(1);
    expect(told).toEqual(['lost', 'restart']);
    clock.advance(1_020_000);
    expect(told).toEqual(['lost', 'restart', 'giveUp']);
    expect(actor.getSnapshot().status).toBe('done');
  });

  it.each([0, 299_999, 300_000, 1_319_999])('and again some after %i ms is as well as before', (ms) => {
    const { clock, told, actor } = watched();
    actor.send({ type: 'host.heard' });
    actor.send({ type: 'host.silent' });
    actor.send({ type: 'host.silent' });
    clock.advance(ms);
    actor.send({ type: 'host.heard' });
    clock.advance(10_000_000);
    expect(told).toEqual(['lost', ...(ms < 300_000 ? [] : ['restart']), 'heard']);
    actor.send({ type: 'host.silent' });
    expect(told.at(-1)).toBe('lost');
  });
});
