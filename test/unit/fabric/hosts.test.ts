import { describe, expect, it } from 'vitest';
import type { VmEventName } from '../../../contracts/events.ts';
import type { FaultName } from '../../../contracts/faults.ts';
import type { HostGoal } from '../../../contracts/host-goal.ts';
import type { InstanceStatus } from '../../../contracts/instance-status.ts';
import { resolveTimings } from '../../../contracts/timings.ts';
import { goalAfter } from '../../../fabric/goal-after.ts';
import { type HostedInstance, startHosts } from '../../../fabric/hosts.ts';
import { placeOnNodes } from '../../../fabric/nodes.ts';
import { steppingClock } from '../../../kernel/stepping-clock.ts';

const timings = resolveTimings(1);

/** A_0 and B_0 share Node0, A_1 is on Node1, A_2 on Node2; all have power. */
function deployment({ full = () => false }: { readonly full?: () => boolean } = {}) {
  const clock = steppingClock();
  const told: string[] = [];
  const guests = [
    { instance: 'A_0', updateDomain: 0, faultDomain: 0 },
    { instance: 'A_1', updateDomain: 1, faultDomain: 1 },
    { instance: 'A_2', updateDomain: 2, faultDomain: 0 },
    { instance: 'B_0', updateDomain: 0, faultDomain: 0 },
  ];
  const nodes = placeOnNodes(guests, 2);
  const done = new Map<string, number>();
  const others = new Map<string, boolean>();
  const given = new Map<string, readonly FaultName[]>();
  const instances = guests.map(({ instance: name, updateDomain }) => ({
    name,
    updateDomain,
    goal: { incarnation: 1, expectedState: 'Started', power: 'on', roleGeneration: 0 } as HostGoal,
    started: {
      vm: () => ({ eventDone: done.get(name) ?? 0 }),
      otherGuests: (areOn: boolean) => others.set(name, areOn),
      setFaults: (faults: readonly FaultName[]) => given.set(name, faults),
    } as unknown as HostedInstance['started'],
  }));
  const happen = (names: readonly string[], event: VmEventName) => {
    if (full()) throw new Error('the disk is full');
    told.push(`${event}: ${names.join(' ')}`);
    for (const instance of instances)
      if (names.includes(instance.name)) instance.goal = goalAfter(instance.goal, event, done.get(instance.name) ?? 0);
  };
  const hosts = startHosts({
    nodes,
    clock,
    timings,
    instances,
    happen,
    keep: () => {
      if (full()) throw new Error('the disk is full');
      told.push(`planned: ${hosts.planned().join(' ')}`);
    },
    show: (name) => told.push(`${name} is ${hosts.isUnheard(name) ? 'unheard' : 'heard'}`),
    notice: () => {},
    fault: (error) => {
      throw error;
    },
  });
  for (const { name } of instances) hosts.power(name, true);
  return {
    hosts,
    nodes,
    told,
    others,
    given,
    clock,
    /** Its event has happened and it has this status. */
    is: (name: string, status: InstanceStatus) => {
      const { goal } = instances.find((instance) => instance.name === name) as HostedInstance;
      done.set(name, goal.event?.n ?? 0);
      hosts.status(name, status, status === 'ReadyRole');
    },
  };
}

describe('a host that goes down', () => {
  it('takes all its guests with it: update and power cycle are theirs as well', () => {
    const { hosts, told } = deployment();
    expect(hosts.raise(['B_0'], 'power-cycle')).toEqual({ now: ['A_0', 'B_0'], later: [] });
    expect(hosts.raise(['A_0'], 'update-host')).toEqual({ now: ['A_0', 'B_0'], later: [] });
    expect(hosts.raise(['A_0'], 'reimage')).toEqual({ now: ['A_0'], later: [] });
    expect(told.filter((line) => !line.startsWith('planned'))).toEqual(['power-cycle: A_0 B_0', 'update-host: A_0 B_0', 'reimage: A_0']);
  });

  it('is restarted when the last of them is down, and a guest that is not told of it is not waited for', () => {
    const { hosts, others } = deployment();
    hosts.raise(['A_0'], 'update-host');
    expect([others.get('A_0'), others.get('B_0')]).toEqual([true, true]);
    hosts.power('A_0', false);
    expect([others.get('A_0'), others.get('B_0')]).toEqual([true, false]);
    hosts.power('B_0', false);
    expect(others.get('A_0')).toBe(false);
    hosts.power('B_0', true);
    // Its event has not happened yet.
    expect(others.get('A_0')).toBe(true);
  });
});

describe('a host update of a whole service', () => {
  it('is planned and kept before it begins, and told one upgrade domain at a time', () => {
    const { hosts, told, is } = deployment();
    expect(hosts.raise(['A_0', 'A_1', 'A_2', 'B_0'], 'update-host')).toEqual({ now: ['A_0', 'B_0'], later: ['A_1', 'A_2'] });
    expect(told).toEqual(['planned: A_0 A_1 A_2 B_0', 'update-host: A_0 B_0']);
    expect(hosts.planned()).toEqual(['A_1', 'A_2']);
    // What was Ready before is not up again.
    hosts.status('A_0', 'ReadyRole', true);
    expect(told).toHaveLength(2);
    is('A_0', 'ReadyRole');
    is('B_0', 'BusyRole');
    expect(told).toHaveLength(2);
    is('B_0', 'ReadyRole');
    expect(told[2]).toBe('update-host: A_1');
    expect(hosts.raise(['A_1', 'A_2', 'A_0'], 'update-host')).toEqual({ now: ['A_1'], later: ['A_0', 'A_2', 'B_0'] });
    is('A_1', 'ReadyRole');
    expect(told.at(-1)).toBe('update-host: A_2');
    is('A_2', 'ReadyRole');
    expect(told.at(-1)).toBe('update-host: A_0 B_0');
  });

  it('goes on after an instance whose drives cannot be made, when its time is over', () => {
    const { hosts, told, clock } = deployment();
    hosts.raise(['A_0', 'A_1'], 'update-host');
    for (const name of ['A_0', 'B_0']) hosts.status(name, 'FailedStartingVM', false);
    clock.advance(timings.roleStartMs);
    expect(told.at(-1)).toBe('update-host: A_1');
  });

  it('that cannot be kept does not begin', () => {
    let isFull = true;
    const { hosts, told } = deployment({ full: () => isFull });
    expect(() => hosts.raise(['A_0', 'A_1'], 'update-host')).toThrow('the disk is full');
    expect(hosts.planned()).toEqual([]);
    isFull = false;
    hosts.raise(['A_1'], 'update-host');
    expect(told).toEqual(['planned: A_1', 'update-host: A_1']);
  });
});

describe('a migration', () => {
  it('takes another node, and leaves behind what was wrong with the former one', () => {
    const { hosts, nodes, given, told } = deployment();
    hosts.setFaults('A_0', ['linger-host', 'boot-fails']);
    hosts.raise(['A_0'], 'migrate');
    expect(nodes.of('A_0')).toBe('Node4');
    expect([hosts.faultsOf('A_0'), given.get('A_0')]).toEqual([['linger-host'], ['linger-host']]);
    expect(told).toEqual(['migrate: A_0']);
  });

  it('that cannot be kept leaves the VM where it is', () => {
    const { hosts, nodes } = deployment({ full: () => true });
    hosts.setFaults('A_0', ['boot-fails']);
    expect(() => hosts.raise(['A_0'], 'migrate')).toThrow('the disk is full');
    expect([nodes.of('A_0'), hosts.faultsOf('A_0')]).toEqual(['Node0', ['boot-fails']]);
    // By itself the fabric tells it and goes on.
    hosts.bootsFail('A_0');
    expect(nodes.of('A_0')).toBe('Node0');
  });

  it('is what the fabric does with a VM that does not boot', () => {
    const { hosts, nodes, told } = deployment();
    hosts.setFaults('A_0', ['boot-fails']);
    hosts.bootsFail('A_0');
    expect([told, nodes.of('A_0'), hosts.faultsOf('A_0')]).toEqual([['migrate: A_0'], 'Node4', []]);
  });

  it('leads to no node whose host is away', () => {
    const { hosts, nodes } = deployment();
    hosts.raise(['A_0'], 'migrate');
    hosts.setFaults('B_0', ['host-stuck']);
    hosts.raise(['A_0'], 'migrate');
    expect(nodes.of('A_0')).not.toBe('Node0');
  });
});

describe('faults of a host', () => {
  it('host-stuck takes the power of those that have it, once', () => {
    const { hosts, told } = deployment();
    hosts.power('B_0', false);
    for (const name of ['A_0', 'B_0']) hosts.setFaults(name, ['host-stuck']);
    hosts.setFaults('A_0', ['host-stuck', 'linger-host']);
    expect(told).toEqual(['power-cycle: A_0']);
  });

  it('host-lost leaves nothing known, restarts the host, and moves all guests in the end', () => {
    const { hosts, nodes, told, clock } = deployment();
    for (const name of ['A_0', 'B_0']) hosts.setFaults(name, ['host-lost']);
    expect(told).toEqual(['A_0 is unheard', 'B_0 is unheard']);
    clock.advance(timings.hostLostMs);
    expect(told.at(-1)).toBe('power-cycle: A_0 B_0');
    clock.advance(timings.hostRebootMs);
    expect(told.at(-1)).toBe('migrate: A_0 B_0');
    expect([nodes.guestsOf('Node0'), hosts.isUnheard('A_0'), hosts.faultsOf('B_0')]).toEqual([[], false, []]);
    // Out for repair.
    hosts.raise(['A_0'], 'migrate');
    hosts.raise(['A_0'], 'migrate');
    expect(nodes.of('A_0')).not.toBe('Node0');
  });

  it('host-lost that is cleared in time is forgotten', () => {
    const { hosts, told, clock } = deployment();
    for (const name of ['A_0', 'B_0']) hosts.setFaults(name, ['host-lost']);
    hosts.setFaults('A_0', []);
    expect(hosts.isUnheard('A_0')).toBe(true);
    hosts.setFaults('B_0', []);
    clock.advance(10 * timings.hostRebootMs);
    expect(told).toEqual(['A_0 is unheard', 'B_0 is unheard', 'A_0 is heard', 'B_0 is heard']);
  });

  it('that have struck as often as they were to are over', () => {
    const { hosts } = deployment();
    hosts.setFaults('A_0', ['linger-host', 'boot-fails'], 1);
    hosts.faultSpent('A_0', 'boot-fails');
    expect(hosts.faultsOf('A_0')).toEqual(['linger-host']);
  });

  it('end with the emulator: nothing happens any more', () => {
    const { hosts, told, clock } = deployment();
    hosts.setFaults('A_0', ['host-lost']);
    hosts.stop();
    clock.advance(10 * timings.hostRebootMs);
    expect(told.filter((line) => !line.includes(' is '))).toEqual([]);
  });
});
