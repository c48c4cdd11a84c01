import { type ActorRefFrom, createActor } from 'xstate';
import { type FaultName, hostFaults } from '../contracts/faults.ts';
import { hostLostMachine } from './host-lost.machine.ts';
import type { HostsParts } from './hosts.ts';

export interface HostWatch {
  /** @param set the faults of all guests of the node */
  faults(set: readonly FaultName[], node: string): void;
  isUnheard(node: string): boolean;
  stop(): void;
}

export interface HostWatchTells {
  /** What is known of its guests has changed. */
  show(node: string): void;
  /** All its guests lose their power. */
  restart(node: string): void;
  /** All its guests are to start elsewhere. */
  empty(node: string): void;
}

/** The fabric controller's heartbeats with the host agents: a host that does not answer is restarted, then given up (AB 10.6). */
export function startHostWatch(
  { nodes, clock, timings, notice, fault }: Pick<HostsParts, 'nodes' | 'clock' | 'timings' | 'notice' | 'fault'>,
  tells: HostWatchTells,
): HostWatch {
  const watched = new Map<string, ActorRefFrom<ReturnType<typeof hostLostMachine>>>();
  const unheard = new Set<string>();
  const bad = new Set<string>();
  const machineOf = (node: string) =>
    hostLostMachine(
      {
        lost: () => {
          unheard.add(node);
          notice(undefined, `${node} gives no heartbeats`);
          tells.show(node);
        },
        heard: () => {
          unheard.delete(node);
          notice(undefined, `${node} gives heartbeats again`);
          tells.show(node);
        },
        restart: () => {
          notice(undefined, `${node} has given no heartbeats for ${timings.hostLostMs / 1_000} s: its host is restarted`);
          tells.restart(node);
        },
        giveUp: () => {
          bad.add(node);
          watched.delete(node);
          unheard.delete(node);
          nodes.takesGuests(node, false);
          notice(
            undefined,
            `${node} gives no heartbeats after the restart of its host either: it is out for repair, its VMs start elsewhere`,
          );
          tells.empty(node);
          tells.show(node);
        },
      },
      timings,
    );
  const watchOf = (node: string) => {
    const known = watched.get(node);
    if (known !== undefined) return known;
    const actor = createActor(machineOf(node), { clock });
    actor.subscribe({ error: fault });
    watched.set(node, actor.start());
    return actor;
  };
  return {
    faults: (set, node) => {
      if (bad.has(node)) return;
      nodes.takesGuests(node, !set.some((name) => hostFaults.includes(name)));
      if (set.includes('host-lost')) watchOf(node).send({ type: 'host.silent' });
      else watched.get(node)?.send({ type: 'host.heard' });
    },
    isUnheard: (node) => unheard.has(node),
    stop: () => {
      for (const actor of watched.values()) actor.stop();
      watched.clear();
    },
  };
}
