import { describe, expect, it } from 'vitest';
import { faultLines } from '../../../cli/commands/fault.ts';
import type { FaultName } from '../../../contracts/faults.ts';
import { faultDesk } from '../../../control/emulator/fault-desk.ts';
import type { RunningInstance } from '../../../fabric/fabric-controller.ts';

function deskOver(...names: readonly string[]) {
  const told: string[] = [];
  const given: [string, readonly FaultName[]][] = [];
  const instances = names.map(
    (instanceId) =>
      ({ vm: { instanceId }, setFaults: (faults: readonly FaultName[]) => given.push([instanceId, faults]) }) as unknown as RunningInstance,
  );
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
});
