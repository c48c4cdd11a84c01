import type { Instance } from '../agents/host-agent/start-instance.ts';
import type { VmEventName } from '../contracts/events.ts';
import type { FaultName } from '../contracts/faults.ts';
import type { HostGoal } from '../contracts/host-goal.ts';
import type { InstanceStatus } from '../contracts/instance-status.ts';
import { bootFailuresToMigration, type Timings } from '../contracts/timings.ts';
import type { AzureClock } from '../kernel/clock.ts';
import { guestFaults } from './guest-faults.ts';
import { guestPower } from './guest-power.ts';
import { startHostUpdates } from './host-updates.ts';
import { startHostWatch } from './host-watch.ts';
import type { Nodes } from './nodes.ts';

/** An instance as the fabric has it, as far as its host is concerned. */
export interface HostedInstance {
  readonly name: string;
  readonly updateDomain: number;
  readonly started: Pick<Instance, 'vm' | 'setFaults' | 'otherGuests'>;
  readonly goal: HostGoal;
}

export interface HostsParts {
  readonly nodes: Nodes;
  readonly clock: AzureClock;
  readonly timings: Pick<Timings, 'roleStartMs' | 'hostLostMs' | 'hostRebootMs'>;
  readonly instances: readonly HostedInstance[];
  /** Lets an event happen to exactly these. @throws UserError when that cannot be kept */
  readonly happen: (names: readonly string[], event: VmEventName) => void;
  /** Keeps the goals as they are, with what is planned. @throws UserError when they cannot be kept */
  readonly keep: () => void;
  /** What is told of its status may have become another. */
  readonly show: (name: string) => void;
  readonly notice: (instance: string | undefined, text: string) => void;
  readonly fault: (error: unknown) => void;
}

/** Those that an event happens to: now, and later, when those before them are through. */
export interface Raised {
  readonly now: readonly string[];
  readonly later: readonly string[];
}

/** The hosts under a deployment, and what follows from the fact that VMs share them. */
export interface Hosts {
  raise(names: readonly string[], event: VmEventName): Raised;
  /** Those that are to have a host update later: of a whole service, one upgrade domain at a time. */
  planned(): readonly string[];
  /** @param isUp it is as it is wanted: Ready, or stopped */
  status(name: string, status: InstanceStatus, isUp: boolean): void;
  power(name: string, isOn: boolean): void;
  /** Windows of its VM has not come up too often. */
  bootsFail(name: string): void;
  faultSpent(name: string, fault: FaultName): void;
  setFaults(name: string, faults: readonly FaultName[], bootFailures?: number): void;
  faultsOf(name: string): readonly FaultName[];
  /** Nobody knows what it does: its host agent gives no heartbeats. */
  isUnheard(name: string): boolean;
  stop(): void;
}

/** Takes all guests of a host down where it goes down, and moves them where it does not come back (AB 10.5, 10.6). */
export function startHosts(parts: HostsParts): Hosts {
  const { nodes, instances } = parts;
  const power = guestPower(parts);
  const updates = startHostUpdates(parts, {
    begin: (names) => {
      power.expect(names);
      parts.happen(names, 'update-host');
      power.look(names.map(nodes.of));
    },
  });
  const faults = guestFaults(parts, () => watch);
  const withNeighbours = (names: readonly string[]) => {
    const those = new Set(names.map(nodes.of));
    return instances.map(({ name }) => name).filter((name) => those.has(nodes.of(name)));
  };
  const powerCycle = (names: readonly string[]) => {
    const powered = names.filter(power.isOn);
    if (powered.length > 0) parts.happen(powered, 'power-cycle');
  };
  const migrate = (names: readonly string[]) => {
    const moves = moveAll(names, parts);
    for (const { name, from } of moves) parts.notice(name, `starts on ${nodes.of(name)} instead of ${from}`);
    faults.leave(moves);
    power.look(moves.map(({ from }) => from));
  };
  /** The fabric acts by itself: nobody is there who could be told that it cannot. */
  const byItself = (act: () => void) => {
    try {
      act();
    } catch (error) {
      parts.notice(undefined, error instanceof Error ? error.message : String(error));
    }
  };
  const watch = startHostWatch(parts, {
    show: (node) => nodes.guestsOf(node).forEach(parts.show),
    restart: (node) => byItself(() => powerCycle(nodes.guestsOf(node))),
    empty: (node) => byItself(() => migrate(nodes.guestsOf(node))),
  });
  return {
    raise: (names, event) => {
      if (event === 'update-host') return updates.add(withNeighbours(names));
      const now = event === 'power-cycle' ? withNeighbours(names) : names;
      if (event === 'migrate') migrate(now);
      else parts.happen(now, event);
      return { now, later: [] };
    },
    planned: updates.planned,
    status: updates.status,
    power: power.power,
    bootsFail: (name) => {
      parts.notice(name, `Windows has not come up ${bootFailuresToMigration} times in a row: the fabric starts the VM on another node`);
      byItself(() => migrate([name]));
    },
    faultSpent: (name, fault) => {
      const rest = faults.of(name).filter((set) => set !== fault);
      faults.set(name, rest);
      parts.notice(name, `fault ${fault} has struck as often as it was to`);
    },
    setFaults: (name, next, bootFailures) => {
      const goes = next.includes('host-stuck') && !faults.of(name).includes('host-stuck');
      faults.set(name, next, bootFailures);
      if (goes) powerCycle([name]);
    },
    faultsOf: faults.of,
    isUnheard: (name) => watch.isUnheard(nodes.of(name)),
    stop: () => {
      updates.stop();
      watch.stop();
    },
  };
}

/** @returns the nodes that they were on. @throws UserError when that cannot be kept; they stay there then */
function moveAll(names: readonly string[], { nodes, happen }: Pick<HostsParts, 'nodes' | 'happen'>) {
  const moves = names.map((name) => ({ name, from: nodes.of(name), undo: nodes.move(name) }));
  try {
    happen(names, 'migrate');
  } catch (error) {
    for (const { undo } of moves) undo();
    throw error;
  }
  return moves;
}
