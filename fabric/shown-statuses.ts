import type { InstanceStatus } from '../contracts/instance-status.ts';
import type { ControlledInstance } from './controlled-instance.ts';
import type { InstanceRecord } from './instance-record.ts';

/** What a host agent says of its instance: status, details, when the role and when the VM is started again. */
export type Said = Parameters<InstanceRecord['enter']>;

export interface ShownStatuses {
  says(instance: ControlledInstance, said: Said): void;
  /** Whether these are heard may have changed. */
  look(instances: readonly ControlledInstance[]): void;
}

/** AB 3.1: the state is not known while the host cannot be reached. */
const unheard: Said = ['RoleStateUnknown', 'The host gives no heartbeats.', undefined, undefined];

/**
 * What the fabric controller tells of its instances: what their host agents say, as long as it hears from them.
 *
 * @param isUnheard whether nothing is heard of an instance now
 */
export function shownStatuses(
  isUnheard: (instance: ControlledInstance) => boolean,
  tells: {
    /** Something else is told of it now. */
    changed(instance: ControlledInstance, status: InstanceStatus): void;
    /** It has this status, whether that is heard or not: nobody else depends on the fabric's ears. */
    said(instance: ControlledInstance, status: InstanceStatus): void;
  },
): ShownStatuses {
  const last = new Map<string, Said>();
  const show = (instance: ControlledInstance) => {
    const said = last.get(instance.name);
    const told = isUnheard(instance) ? unheard : said;
    if (told !== undefined && instance.record.enter(...told)) tells.changed(instance, told[0]);
  };
  return {
    says: (instance, said) => {
      const before = last.get(instance.name);
      last.set(instance.name, said);
      if (before?.every((part, index) => part === said[index]) === true) return;
      show(instance);
      tells.said(instance, said[0]);
    },
    look: (instances) => instances.forEach(show),
  };
}
