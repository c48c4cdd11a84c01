import type { ActorRefFrom } from 'xstate';
import { imageAgentVersion, nextAgentVersion } from '../contracts/agent-version.ts';
import type { VmEventName } from '../contracts/events.ts';
import type { HostGoal } from '../contracts/host-goal.ts';
import type { InstanceStatus } from '../contracts/instance-status.ts';
import type { ControlledInstance } from './controlled-instance.ts';
import type { deploymentMachine } from './deployment.machine.ts';
import { goalAfter, goalRestored, waitingEvents } from './goal-after.ts';
import type { LoadBalancer } from './load-balancer/load-balancer.ts';

export interface GoalParts {
  readonly instances: readonly ControlledInstance[];
  readonly deployment: Pick<ActorRefFrom<ReturnType<typeof deploymentMachine>>, 'send'>;
  readonly balancer: Pick<LoadBalancer, 'status'>;
  /** Those that are to have a host update later. */
  readonly planned: () => readonly string[];
  /** @throws UserError when they cannot be kept */
  readonly keep: (goals: Readonly<Record<string, HostGoal>>) => void;
  /** What could not be kept at the end. */
  readonly notice: (text: string) => void;
}

/** In these nobody is there who could be probed. */
const withoutRole: ReadonlySet<InstanceStatus> = new Set(['CreatingVM', 'StartingVM', 'FailedStartingVM', 'DeletingVM', 'StoppedVM']);

/** Hands goals to the host agents. They are kept before anybody hears of them, what is only planned as well. */
export function pursueGoals({ instances, deployment, balancer, planned, keep, notice }: GoalParts) {
  const after = (instance: ControlledInstance, goal: HostGoal, event: VmEventName) =>
    goalAfter(goal, event, instance.started.vm().eventDone);
  const keepAll = (goals: ReadonlyMap<ControlledInstance, HostGoal> = new Map()) => {
    const later = planned();
    const kept = (instance: ControlledInstance) => {
      const goal = goals.get(instance) ?? instance.goal;
      return later.includes(instance.name) ? after(instance, goal, 'update-host') : goal;
    };
    keep(Object.fromEntries(instances.map((instance) => [instance.name, kept(instance)])));
  };
  const pursue = (goals: ReadonlyMap<ControlledInstance, HostGoal>, roleEnds = true) => {
    for (const [instance, goal] of goals) {
      const { name, started } = instance;
      instance.goal = goal;
      deployment.send({ type: 'instance.wanted', instance: name, state: goal.expectedState });
      // Whatever it is, it begins with the end of the role: no new connection is to meet Stopping or OnStop (AB 3.6).
      if (roleEnds && !withoutRole.has(instance.record.entry().state)) balancer.status(name, 'StoppingRole');
      started.pursue(goal);
    }
  };
  return {
    /** Those that they have now. @throws UserError when they cannot be kept */
    keep: () => keepAll(),
    /** Lets an event happen to exactly these. @throws UserError when that cannot be kept; it does not begin then */
    happen: (names: readonly string[], event: VmEventName) => {
      const chosen = instances.filter(({ name }) => names.includes(name));
      const goals = new Map(chosen.map((instance) => [instance, after(instance, instance.goal, event)]));
      keepAll(goals);
      pursue(goals);
    },
    /**
     * Updates the guest agent of exactly these. Their roles run on until WaAppAgent has brought the next version.
     *
     * @param version the one after the present one without it
     * @throws UserError when that cannot be kept; it does not begin then
     */
    updateAgent: (names: readonly string[], version?: string) => {
      const chosen = instances.filter(({ name }) => names.includes(name));
      const goals = new Map(chosen.map((instance) => [instance, goalUpdated(instance, version)]));
      keepAll(goals);
      pursue(goals, false);
    },
    /** Takes the power off these VMs and puts their drives back to a snapshot. @throws UserError when that cannot be kept */
    restore: (snapshot: string, wanted: readonly Pick<HostGoal & { name: string }, 'name' | 'expectedState'>[]) => {
      const goals = new Map<ControlledInstance, HostGoal>();
      for (const { name, expectedState } of wanted) {
        for (const instance of instances.filter((candidate) => candidate.name === name))
          goals.set(instance, goalRestored(instance.goal, snapshot, expectedState, instance.started.vm().eventDone));
      }
      keepAll(goals);
      pursue(goals);
    },
    /** Takes the power off every VM, in order. */
    powerOff: () => {
      const off = ({ goal }: ControlledInstance): HostGoal => ({ ...goal, incarnation: goal.incarnation + 1, power: 'off' });
      const goals = new Map(instances.map((instance) => [instance, off(instance)]));
      try {
        keepAll(goals);
      } catch (error) {
        // The next start finds the goals of before, which is as good.
        notice(error instanceof Error ? error.message : String(error));
      }
      pursue(goals);
    },
  };
}

function goalUpdated({ goal, started }: ControlledInstance, version: string | undefined): HostGoal {
  const { eventDone } = started.vm();
  const coming = waitingEvents(goal, eventDone).findLast(({ name }) => name === 'update-agent')?.agentVersion;
  const next = version ?? nextAgentVersion(coming ?? started.agentVersion() ?? imageAgentVersion);
  return goalAfter(goal, 'update-agent', eventDone, next);
}
