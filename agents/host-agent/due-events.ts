import type { HostGoal, NumberedEvent } from '../../contracts/host-goal.ts';
import { type EventFate, eventFates } from '../../sandbox/drive-fate.ts';
import { type AgentVersions, dueAgent, isUpdate } from './agent-versions.ts';

/** What of the host agent's memory says what has still to happen. */
interface DueContext {
  readonly goal: HostGoal;
  /** Number of the last event that has happened. */
  readonly eventDone: number;
  readonly agent: AgentVersions;
}

/** The events that have still to happen, oldest first. They happen together where the drives are made for the first of them. */
export function dueEvents({ goal, eventDone }: Pick<DueContext, 'goal' | 'eventDone'>): readonly NumberedEvent[] {
  const all = goal.event === undefined ? [] : [...(goal.earlier ?? []), goal.event];
  return all.filter(({ n }) => n > eventDone);
}

/** The same, unless there is nothing but updates of the guest agent: those are WaAppAgent's to do, and no drive changes for them. */
export function driveEvents(context: Pick<DueContext, 'goal' | 'eventDone'>): readonly NumberedEvent[] {
  const due = dueEvents(context);
  return due.every(isUpdate) ? [] : due;
}

/** The version that the guest agent has still to become, once nothing else is due. */
export function agentToInstall(context: DueContext): string | undefined {
  const version = dueAgent(context.agent, dueEvents(context));
  const isKnown = context.agent.installed !== undefined;
  return isKnown && version !== context.agent.installed && driveEvents(context).length === 0 ? version : undefined;
}

/** The role ends for an update only when the next version lies there: without WaAppAgent there are no updates, and nothing else (AB 1.2). */
export function agentIsToBeReplaced(context: DueContext): boolean {
  const version = agentToInstall(context);
  return version !== undefined && version === context.agent.laid;
}

export function fatesOfDue(context: DueContext): readonly EventFate[] {
  return driveEvents(context).map(({ name }) => eventFates[name]);
}

/** Some of what is due asks nobody in the role. */
export function isAbrupt(context: DueContext): boolean {
  return fatesOfDue(context).some(({ stop }) => stop === 'abrupt');
}

export function cutsPower(fate: EventFate): boolean {
  return fate.stop === 'abrupt' && fate.windows !== 'restarts';
}

export function stopsWindows(context: DueContext): boolean {
  return context.goal.power === 'off' || fatesOfDue(context).some(({ windows }) => windows !== 'stays on');
}

export function wantsRoleEnded(context: DueContext): boolean {
  return (
    context.goal.power === 'off' ||
    context.goal.expectedState === 'Stopped' ||
    driveEvents(context).length > 0 ||
    agentIsToBeReplaced(context)
  );
}

/** Only updates of the guest agent were due, and it is what they were to make it. */
export function updateIsDone(context: DueContext): boolean {
  const due = dueEvents(context);
  return due.length > 0 && due.every(isUpdate) && dueAgent(context.agent, due) === context.agent.installed;
}
