import { UserError } from '../../contracts/diagnostic.ts';
import { type FaultName, type FaultRequest, type FaultResult, faultNames } from '../../contracts/faults.ts';
import type { RunningInstance } from '../../fabric/fabric-controller.ts';
import type { Feed } from './feed.ts';

/** What is to go wrong in which instance. It is forgotten with the emulator. */
export interface FaultDesk {
  /**
   * @param instances those that are meant
   * @throws UserError RV4601 when no fault is named where one has to be
   */
  answer(request: FaultRequest, instances: readonly RunningInstance[]): FaultResult;
  of(instance: string): readonly FaultName[];
}

export function faultDesk(all: readonly RunningInstance[], feed: Pick<Feed, 'tell'>): FaultDesk {
  const set = new Map<string, ReadonlyMap<FaultName, string>>();
  const faultsOf = (instance: string) => set.get(instance) ?? new Map<FaultName, string>();
  const change = (instance: RunningInstance, next: ReadonlyMap<FaultName, string>) => {
    const name = instance.vm.instanceId;
    const before = faultsOf(name);
    set.set(name, next);
    for (const fault of faultNames) {
      if (before.has(fault) !== next.has(fault)) {
        feed.tell({ type: 'notice', instance: name, text: `fault ${fault} is ${next.has(fault) ? 'set' : 'cleared'}` });
      }
    }
    instance.setFaults([...next.keys()]);
  };
  return {
    answer: ({ action, fault }, instances) => {
      if (action === 'set' && fault === undefined)
        throw new UserError('RV4601', 'no fault is named', `the faults are ${faultNames.join(', ')}`);
      for (const instance of action === 'list' ? [] : instances) {
        const before = faultsOf(instance.vm.instanceId);
        if (action === 'set' && fault !== undefined) change(instance, new Map([[fault, new Date().toISOString()], ...before]));
        else change(instance, new Map([...before].filter(([name]) => fault !== undefined && name !== fault)));
      }
      return {
        faults: all.flatMap(({ vm: { instanceId } }) =>
          [...faultsOf(instanceId)].map(([name, since]) => ({ instance: instanceId, fault: name, since })),
        ),
      };
    },
    of: (instance) => [...faultsOf(instance).keys()],
  };
}
