import { describe, expect, it } from 'vitest';
import { type Guest, placeOnNodes } from '../../../fabric/nodes.ts';

/** So many instances of each role, with the domains that the fabric gives them. */
function guestsOf(roles: Readonly<Record<string, number>>, upgradeDomains = 5): readonly Guest[] {
  return Object.entries(roles).flatMap(([role, count]) =>
    Array.from({ length: count }, (_, n) => ({ instance: `${role}_${n}`, updateDomain: n % upgradeDomains, faultDomain: n % 2 })),
  );
}

describe('nodes', () => {
  it('are shared by instances of all roles in the same upgrade and fault domain', () => {
    const nodes = placeOnNodes(guestsOf({ A: 2, B: 2 }), 2);
    expect(nodes.all()).toEqual({ A_0: 'Node0', B_0: 'Node0', A_1: 'Node1', B_1: 'Node1' });
    expect(nodes.guestsOf('Node0')).toEqual(['A_0', 'B_0']);
    expect([nodes.guestsOf('Node7'), nodes.guestsOf('nowhere')]).toEqual([[], []]);
  });

  it.each([1, 3, 4, 1_000])('of %i VMs hold no more, never two fault domains, never two upgrade domains', (vmsPerNode) => {
    const guests = guestsOf({ A: 40, B: 7, C: 13 });
    const nodes = placeOnNodes(guests, 2, vmsPerNode);
    for (const node of new Set(Object.values(nodes.all()))) {
      const there = guests.filter(({ instance }) => nodes.of(instance) === node);
      expect(there.length).toBeLessThanOrEqual(vmsPerNode);
      expect(new Set(there.map(({ faultDomain, updateDomain }) => `${faultDomain} ${updateDomain}`)).size).toBe(1);
    }
  });

  it('may hold two instances of one role where their domains are the same', () => {
    const nodes = placeOnNodes(guestsOf({ A: 11 }), 2);
    expect([nodes.of('A_0'), nodes.of('A_10')]).toEqual(['Node0', 'Node0']);
    expect(nodes.of('A_5')).not.toBe('Node0');
  });

  it('are kept where they still fit, and others are found where they do not', () => {
    const former = { A_0: 'Node2', B_0: 'Node1', B_1: 'Node3', C_9: 'Node0', A_1: 'nonsense' };
    const nodes = placeOnNodes(guestsOf({ A: 2, B: 2 }), 2, 4, former);
    // Node1 is of the other fault domain.
    expect(nodes.all()).toEqual({ A_0: 'Node2', B_0: 'Node0', B_1: 'Node3', A_1: 'Node1' });
  });

  it('are left for another one of the same fault domain, and found again when they have room', () => {
    const nodes = placeOnNodes(guestsOf({ A: 2, B: 2 }), 2);
    nodes.move('A_0');
    expect([nodes.of('A_0'), nodes.guestsOf('Node0')]).toEqual(['Node2', ['B_0']]);
    const undo = nodes.move('B_0');
    expect(nodes.of('B_0')).toBe('Node2');
    undo();
    expect(nodes.of('B_0')).toBe('Node0');
    nodes.move('A_0');
    expect(nodes.of('A_0')).toBe('Node0');
  });

  it('take nobody while they are closed; those that they have stay', () => {
    const nodes = placeOnNodes(guestsOf({ A: 1, B: 1 }), 2);
    nodes.takesGuests('Node2', false);
    nodes.move('A_0');
    expect(nodes.of('A_0')).toBe('Node4');
    nodes.takesGuests('Node2', true);
    nodes.move('A_0');
    expect(nodes.of('A_0')).toBe('Node0');
    expect(() => nodes.of('C_0')).toThrow('C_0');
  });
});
