import { UserError } from '../../contracts/diagnostic.ts';
import { type FaultName, type FaultRequest, type FaultResult, faultNames, hostFaults, nodeFaults } from '../../contracts/faults.ts';
import type { RunningInstance } from '../../fabric/fabric-controller.ts';
import type { Feed } from './feed.ts';

/** What is to go wrong in which instance. It is forgotten with the emulator. */
export interface FaultDesk {
  /**
   * @param instances those that are meant; a fault of a host is that of all on the same node
   * @throws UserError RV4601 when no fault is named where one has to be, RV4602 for a number of times where none can be
   */
  answer(request: FaultRequest, instances: readonly RunningInstance[]): FaultResult;
  of(instance: string): readonly FaultName[];
}

export function faultDesk(all: readonly RunningInstance[], feed: Pick<Feed, 'tell'>): FaultDesk {
  const since = new Map<string, string>();
  const faultsOf = (name: string) => all.filter(({ vm }) => vm.instanceId === name).flatMap((instance) => instance.faults());
  const change = (instance: RunningInstance, next: readonly FaultName[], bootFailures?: number) => {
    const name = instance.vm.instanceId;
    const before = instance.faults();
    for (const fault of faultNames) {
      if (before.includes(fault) === next.includes(fault)) continue;
      since.set(keyOf(name, fault), new Date().toISOString());
      feed.tell({ type: 'notice', instance: name, text: `fault ${fault} is ${next.includes(fault) ? 'set' : 'cleared'}` });
    }
    instance.setFaults(next, bootFailures);
  };
  const onNodesOf = (instances: readonly RunningInstance[]) => {
    const nodes = new Set(instances.map((instance) => instance.node()));
    return all.filter((instance) => nodes.has(instance.node()));
  };
  return {
    answer: ({ action, fault, times }, instances) => {
      if (action === 'set' && fault === undefined)
        throw new UserError('RV4601', 'no fault is named', `the faults are ${faultNames.join(', ')}`);
      if (times !== undefined && fault !== 'boot-fails')
        throw new UserError('RV4602', `${fault ?? action} does not count`, 'only boot-fails strikes a number of times');
      const isOf = (instance: RunningInstance, name: FaultName) =>
        (hostFaults.includes(name) ? onNodesOf(instances) : instances).includes(instance);
      for (const instance of action === 'list' ? [] : all) {
        const before = instance.faults();
        if (action === 'clear') {
          const rest = before.filter((name) => !((fault === undefined || name === fault) && isOf(instance, name)));
          if (rest.length < before.length) change(instance, rest);
        } else if (fault !== undefined && isOf(instance, fault)) {
          const bootFailures = fault === 'boot-fails' ? (times ?? Number.POSITIVE_INFINITY) : undefined;
          change(instance, before.includes(fault) ? before : [...before, fault], bootFailures);
        }
      }
      return {
        faults: all.flatMap((instance) =>
          instance.faults().map((name) => ({
            instance: instance.vm.instanceId,
            fault: name,
            since: since.get(keyOf(instance.vm.instanceId, name)) ?? new Date().toISOString(),
            ...(nodeFaults.includes(name) ? { node: instance.node() } : {}),
          })),
        ),
      };
    },
    of: faultsOf,
  };
}

function keyOf(instance: string, fault: FaultName): string {
  return `${instance} ${fault}`;
}
