import type { InstanceEntry, PsEntry } from '../../../contracts/control-api.ts';
import type { RunningInstance } from '../../../fabric/fabric-controller.ts';
import type { DebugDesk, DebugMark } from './debug-desk.ts';
import { usualTarget } from './debug-processes.ts';

/**
 * When the host agent restarts the VM of an instance: known from the break-in on, not only when the instance has become Unresponsive.
 *
 * @returns ISO 8601; undefined while the guest agent is heard
 */
export function fuseOf(instance: RunningInstance, desk: DebugDesk): string | undefined {
  const agent = instance.processes().find(({ name }) => name === usualTarget);
  const stopped = agent !== undefined && isStopped(desk.markOf(agent.pid));
  const silent = instance.entry().vmRestartAt !== undefined;
  return silent || stopped ? instance.vmRestartAt() : undefined;
}

/** The rows of `ps` with what a debugger does to their processes: a machine that stands still cannot report it. */
export function withDebugStates(rows: readonly PsEntry[], instances: readonly RunningInstance[], desk: DebugDesk): readonly PsEntry[] {
  return rows.map((row) => {
    const mark = desk.markOf(row.pid);
    const instance = instances.find(({ vm }) => vm.instanceId === row.instance);
    const vmRestartAt = row.name === usualTarget && instance !== undefined ? fuseOf(instance, desk) : undefined;
    return { ...row, ...stateOf(row, mark), ...(vmRestartAt === undefined ? {} : { vmRestartAt }) };
  });
}

/** An instance of `status` with its processes that a debugger is at. */
export function withDebugged(instance: RunningInstance, desk: DebugDesk): InstanceEntry {
  const debugged = instance.processes().flatMap(({ name, pid }) => {
    const mark = desk.markOf(pid);
    return mark === undefined ? [] : [{ name, pid, state: mark.state, since: mark.since }];
  });
  const vmRestartAt = fuseOf(instance, desk);
  return {
    ...instance.entry(),
    ...(debugged.length === 0 ? {} : { debugged }),
    ...(vmRestartAt === undefined ? {} : { vmRestartAt }),
  };
}

function stateOf(row: PsEntry, mark: DebugMark | undefined): Partial<PsEntry> {
  if (mark === undefined) return {};
  return mark.state === 'attached' ? { state: `${row.state} (attached)` } : { state: mark.state, since: mark.since };
}

function isStopped(mark: DebugMark | undefined): boolean {
  return mark?.state === 'broken into' || mark?.state === 'suspended';
}
