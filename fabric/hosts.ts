import type { Instance } from '../agents/host-agent/start-instance.ts';
import type { VmEventName } from '../contracts/events.ts';
import { type FaultName, nodeFaults } from '../contracts/faults.ts';
import type { HostGoal } from '../contracts/host-goal.ts';
import type { InstanceStatus } from '../contracts/instance-status.ts';
import { bootFailuresToMigration, type Timings } from '../contracts/timings.ts';
import type { AzureClock } from '../kernel/clock.ts';
import { waitingEvents } from './goal-after.ts';
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
  const faults = new Map<string, readonly FaultName[]>();
  const on = new Set<string>();
  const faultsOf = (name: string) => faults.get(name) ?? [];
  const find = (name: string) => instances.filter((instance) => instance.name === name);
  const withNeighbours = (names: readonly string[]) => {
    const those = new Set(names.map(nodes.of));
    return instances.map(({ name }) => name).filter((name) => those.has(nodes.of(name)));
  };

  const goesDown = (instance: HostedInstance) =>
    on.has(instance.name) && waitingEvents(instance.goal, instance.started.vm().eventDone).some(({ name }) => name === 'update-host');
  const tellOthers = (names: readonly string[], isOn: (instance: HostedInstance) => boolean) => {
    for (const instance of names.flatMap(find)) {
      const others = nodes.guestsOf(nodes.of(instance.name)).flatMap(find);
      instance.started.otherGuests(others.some((other) => other !== instance && isOn(other)));
    }
  };
  const updates = startHostUpdates(parts, {
    begin: (names) => {
      // None of them takes its host for empty before the others have heard of it.
      tellOthers(names, ({ name }) => on.has(name));
      parts.happen(names, 'update-host');
      tellOthers(names, goesDown);
    },
  });

  const give = (name: string, next: readonly FaultName[], bootFailures?: number) => {
    faults.set(name, next);
    for (const { started } of find(name)) started.setFaults(next, bootFailures);
    watch.faults(nodes.guestsOf(nodes.of(name)).flatMap(faultsOf), nodes.of(name));
  };
  const powerCycle = (names: readonly string[]) => {
    const powered = names.filter((name) => on.has(name));
    if (powered.length > 0) parts.happen(powered, 'power-cycle');
  };
  const migrate = (names: readonly string[]) => {
    const left = names.map((name) => ({ name, node: nodes.of(name) }));
    const undo = names.map(nodes.move);
    try {
      parts.happen(names, 'migrate');
    } catch (error) {
      for (const back of undo) back();
      throw error;
    }
    for (const { name, node } of left) leaveBehind(name, node);
  };
  const leaveBehind = (name: string, node: string) => {
    parts.notice(name, `starts on ${nodes.of(name)} instead of ${node}`);
    const bound = faultsOf(name).filter((fault) => nodeFaults.includes(fault));
    if (bound.length > 0) {
      const rest = faultsOf(name).filter((fault) => !bound.includes(fault));
      give(name, rest);
      parts.notice(name, `fault ${bound.join(', ')} stays behind on ${node}`);
    }
    watch.faults(nodes.guestsOf(node).flatMap(faultsOf), node);
    tellOthers(nodes.guestsOf(node), goesDown);
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
      if (event === 'migrate') migrate(names);
      const now = event === 'power-cycle' ? withNeighbours(names) : names;
      if (event !== 'migrate') parts.happen(now, event);
      return { now, later: [] };
    },
    planned: updates.planned,
    status: (name, status, isUp) => {
      for (const { started } of find(name)) updates.status(name, started.vm().eventDone, status, isUp);
    },
    power: (name, isOn) => {
      if (isOn) on.add(name);
      else on.delete(name);
      tellOthers(nodes.guestsOf(nodes.of(name)), goesDown);
    },
    bootsFail: (name) => {
      parts.notice(name, `Windows has not come up ${bootFailuresToMigration} times in a row: the fabric starts the VM on another node`);
      byItself(() => migrate([name]));
    },
    faultSpent: (name, fault) => {
      give(
        name,
        faultsOf(name).filter((set) => set !== fault),
      );
      parts.notice(name, `fault ${fault} has struck as often as it was to`);
    },
    setFaults: (name, next, bootFailures) => {
      const isNew = (fault: FaultName) => next.includes(fault) && !faultsOf(name).includes(fault);
      const goes = isNew('host-stuck');
      give(name, next, bootFailures);
      if (goes) powerCycle([name]);
    },
    faultsOf,
    isUnheard: (name) => watch.isUnheard(nodes.of(name)),
    stop: () => {
      updates.stop();
      watch.stop();
    },
  };
}
