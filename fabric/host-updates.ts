import { createActor } from 'xstate';
import type { InstanceStatus } from '../contracts/instance-status.ts';
import { waitingEvents } from './goal-after.ts';
import { type HostUpdateStep, hostUpdateMachine } from './host-update.machine.ts';
import type { HostsParts, Raised } from './hosts.ts';

export interface HostUpdates {
  /** @param names every instance of the nodes that are meant @throws UserError when the plan cannot be kept; it does not begin then */
  add(names: readonly string[]): Raised;
  planned(): readonly string[];
  status(name: string, status: InstanceStatus, isUp: boolean): void;
  stop(): void;
}

/** The walk of host updates over a deployment, one upgrade domain after the other (AB 10.5). */
export function startHostUpdates(
  { instances, nodes, clock, timings, keep, notice, fault }: Omit<HostsParts, 'happen'>,
  tells: { readonly begin: (names: readonly string[]) => void },
): HostUpdates {
  /** The instances whose turn it is, each with the number of its event. */
  const turn = new Map<string, number>();
  const planned = new Set<string>();
  const machine = hostUpdateMachine(
    {
      begin: (step) => {
        turn.clear();
        for (const name of step.instances) planned.delete(name);
        notice(undefined, `host update of upgrade domain ${step.upgradeDomain}: ${placesOf(step, nodes.of)}`);
        try {
          tells.begin(step.instances);
        } catch (error) {
          notice(undefined, error instanceof Error ? error.message : String(error));
        }
        for (const { name, goal, started } of instances) {
          if (!step.instances.includes(name)) continue;
          const { eventDone } = started.vm();
          turn.set(name, waitingEvents(goal, eventDone).find((event) => event.name === 'update-host')?.n ?? eventDone);
        }
      },
      late: (names) => {
        const minutes = timings.roleStartMs / 60_000;
        notice(undefined, `${names.join(', ')} had ${minutes} min to become Ready after the host update, which goes on without`);
      },
    },
    timings.roleStartMs,
  );
  const walk = createActor(machine, { clock });
  walk.subscribe({ error: fault });
  walk.start();
  return {
    add: (names) => {
      const underWay = Object.keys(walk.getSnapshot().context.progress);
      const added = instances.filter(({ name }) => names.includes(name) && !underWay.includes(name) && !planned.has(name));
      for (const { name } of added) planned.add(name);
      try {
        keep();
      } catch (error) {
        for (const { name } of added) planned.delete(name);
        throw error;
      }
      walk.send({ type: 'update', steps: stepsOf(added) });
      return { now: names.filter((name) => !planned.has(name)), later: names.filter((name) => planned.has(name)) };
    },
    planned: () => [...planned],
    status: (name, status, isUp) => {
      const n = turn.get(name);
      const instance = instances.find((one) => one.name === name);
      if (n === undefined || instance === undefined) return;
      // One whose drives cannot be made has its host again, too.
      const isBack = instance.started.vm().eventDone >= n || status === 'FailedStartingVM';
      walk.send({ type: 'instance.changed', instance: name, progress: !isBack ? 'down' : isUp ? 'up' : 'back' });
    },
    stop: () => walk.stop(),
  };
}

function stepsOf(instances: HostsParts['instances']): readonly HostUpdateStep[] {
  const domains = [...new Set(instances.map(({ updateDomain }) => updateDomain))].sort((a, b) => a - b);
  return domains.map((upgradeDomain) => ({
    upgradeDomain,
    instances: instances.filter(({ updateDomain }) => updateDomain === upgradeDomain).map(({ name }) => name),
  }));
}

/** `Node0 (A_IN_0, B_IN_0), Node3 (A_IN_5)`. */
function placesOf({ instances }: HostUpdateStep, nodeOf: (instance: string) => string): string {
  const nodes = [...new Set(instances.map(nodeOf))];
  return nodes.map((node) => `${node} (${instances.filter((name) => nodeOf(name) === node).join(', ')})`).join(', ');
}
