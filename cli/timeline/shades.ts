import type { InstanceStatus } from '../../contracts/instance-status.ts';

/** What a state means to somebody who looks from afar. */
export type Shade = 'up' | 'ready' | 'down' | 'bad' | 'off';

export function shadeOf(state: InstanceStatus): Shade {
  switch (state) {
    case 'ReadyRole':
      return 'ready';
    case 'StoppingRole':
    case 'StoppingVM':
    case 'DeletingVM':
      return 'down';
    case 'RestartingRole':
    case 'CyclingRole':
    case 'FailedStartingRole':
    case 'FailedStartingVM':
    case 'UnresponsiveRole':
      return 'bad';
    case 'StoppedVM':
    case 'RoleStateUnknown':
      return 'off';
    default:
      return 'up';
  }
}

/** What each shade is called in a legend, in the order in which they are painted: where several fall on one place the last one is seen. */
export const shadeNames: Readonly<Record<Shade, string>> = {
  off: 'off',
  ready: 'serves',
  up: 'on its way up',
  down: 'on its way down',
  bad: 'needs a look',
};

export const shadeOrder = Object.keys(shadeNames) as readonly Shade[];
