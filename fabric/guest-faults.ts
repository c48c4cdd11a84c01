import { type FaultName, nodeFaults } from '../contracts/faults.ts';
import type { HostWatch } from './host-watch.ts';
import type { HostsParts } from './hosts.ts';

export interface GuestFaults {
  of(name: string): readonly FaultName[];
  /** @param bootFailures so many more boots that fail, if that is one of them */
  set(name: string, faults: readonly FaultName[], bootFailures?: number): void;
  /** They are on other nodes now. */
  leave(moves: readonly { readonly name: string; readonly from: string }[]): void;
}

/** What goes wrong in which VM; what is bound to a node stays there when its guest leaves (AB 10.6). */
export function guestFaults(
  { nodes, instances, notice }: Pick<HostsParts, 'nodes' | 'instances' | 'notice'>,
  watch: () => Pick<HostWatch, 'faults'>,
): GuestFaults {
  const faults = new Map<string, readonly FaultName[]>();
  const of = (name: string) => faults.get(name) ?? [];
  const tellWatch = (node: string) => watch().faults(nodes.guestsOf(node).flatMap(of), node);
  const give = (name: string, next: readonly FaultName[], bootFailures?: number) => {
    faults.set(name, next);
    for (const instance of instances) if (instance.name === name) instance.started.setFaults(next, bootFailures);
  };
  return {
    of,
    set: (name, next, bootFailures) => {
      give(name, next, bootFailures);
      tellWatch(nodes.of(name));
    },
    leave: (moves) => {
      for (const { name, from } of moves) {
        const bound = of(name).filter((fault) => nodeFaults.includes(fault));
        if (bound.length === 0) continue;
        const rest = of(name).filter((fault) => !bound.includes(fault));
        give(name, rest);
        notice(name, `fault ${bound.join(', ')} stays behind on ${from}`);
      }
      // When all have left: no node hears of what another one is to keep.
      for (const node of new Set(moves.flatMap(({ name, from }) => [from, nodes.of(name)]))) tellWatch(node);
    },
  };
}
