import { describe, expect, it } from 'vitest';
import { faultLines } from '../../../cli/commands/fault.ts';
import type { FaultName } from '../../../contracts/faults.ts';
import { faultDesk } from '../../../control/emulator/fault-desk.ts';
import type { RunningInstance } from '../../../fabric/fabric-controller.ts';

function deskOver(...names: readonly string[]) {
  const told: string[] = [];
  const given: [string, readonly FaultName[], number?][] = [];
  const instances = names.map((instanceId, index) => {
    let set: readonly FaultName[] = [];
    return {
      vm: { instanceId },
      // Two VMs on each.
      node: () => `Node${Math.floor(index / 2)}`,
      faults: () => set,
      setFaults: (faults: readonly FaultName[], bootFailures?: number) => {
        set = faults;
        given.push(bootFailures === undefined ? [instanceId, faults] : [instanceId, faults, bootFailures]);
      },
    } as unknown as RunningInstance;
  });
  const desk = faultDesk(instances, {
    tell: (item) => item.type === 'notice' && told.push(`${'instance' in item ? item.instance : ''}: ${item.text}`),
  });
  return { desk, instances, told, given };
}

describe('faults on demand', () => {
  it('are given to the instances that are meant, told once, and listed', () => {
    const { desk, instances, told, given } = deskOver('A_IN_0', 'A_IN_1');
    const set = { action: 'set', fault: 'linger-host' } as const;
    const result = desk.answer(set, instances.slice(1));
    expect(result.faults).toMatchObject([{ instance: 'A_IN_1', fault: 'linger-host' }]);
    expect(desk.answer(set, instances.slice(1)).faults).toEqual(result.faults);
    expect(given).toEqual([
      ['A_IN_1', ['linger-host']],
      ['A_IN_1', ['linger-host']],
    ]);
    expect(told).toEqual(['A_IN_1: fault linger-host is set']);
    expect([desk.of('A_IN_0'), desk.of('A_IN_1')]).toEqual([[], ['linger-host']]);
    const [fault] = result.faults;
    expect(faultLines(result, Date.parse(fault?.since ?? '') + 60_000)).toEqual(['A_IN_1  linger-host  for 1 min']);
  });

  it('are cleared one by one or all at once', () => {
    const { desk, instances, told, given } = deskOver('A_IN_0');
    desk.answer({ action: 'set', fault: 'linger-host' }, instances);
    expect(desk.answer({ action: 'clear', fault: 'linger-host' }, instances)).toEqual({ faults: [] });
    desk.answer({ action: 'set', fault: 'linger-host' }, instances);
    expect(faultLines(desk.answer({ action: 'clear' }, instances), 0)).toEqual(['no fault is set']);
    expect(given.at(-1)).toEqual(['A_IN_0', []]);
    expect(told.at(-1)).toBe('A_IN_0: fault linger-host is cleared');
  });

  it('are listed without changing anything, and not set without a name', () => {
    const { desk, instances, given } = deskOver('A_IN_0');
    expect(desk.answer({ action: 'list' }, instances)).toEqual({ faults: [] });
    expect(() => desk.answer({ action: 'set' }, instances)).toThrow('no fault is named');
    expect(given).toEqual([]);
  });

  it('of a host are those of every VM on its node, set and cleared', () => {
    const { desk, instances } = deskOver('A_IN_0', 'B_IN_0', 'A_IN_1');
    const result = desk.answer({ action: 'set', fault: 'host-stuck' }, instances.slice(1, 2));
    expect(result.faults).toMatchObject([
      { instance: 'A_IN_0', fault: 'host-stuck', node: 'Node0' },
      { instance: 'B_IN_0', fault: 'host-stuck', node: 'Node0' },
    ]);
    expect(faultLines(result, Date.now())[0]).toMatch(/^A_IN_0 {2}host-stuck {2}for \d+ ?\w+ {2}on Node0$/);
    expect(desk.answer({ action: 'clear', fault: 'host-stuck' }, instances.slice(0, 1)).faults).toEqual([]);
  });

  it('of a VM are not those of its neighbours', () => {
    const { desk, instances } = deskOver('A_IN_0', 'B_IN_0');
    desk.answer({ action: 'set', fault: 'boot-fails' }, instances);
    expect(desk.answer({ action: 'clear', fault: 'boot-fails' }, instances.slice(0, 1)).faults).toMatchObject([{ instance: 'B_IN_0' }]);
  });

  it('strike a number of times where boots are counted, and without limit unless told', () => {
    const { desk, instances, given } = deskOver('A_IN_0');
    desk.answer({ action: 'set', fault: 'boot-fails', times: 2 }, instances);
    desk.answer({ action: 'set', fault: 'boot-fails' }, instances);
    expect(given).toEqual([
      ['A_IN_0', ['boot-fails'], 2],
      ['A_IN_0', ['boot-fails'], Number.POSITIVE_INFINITY],
    ]);
    expect(() => desk.answer({ action: 'set', fault: 'linger-host', times: 2 }, instances)).toThrow('linger-host does not count');
  });
});
