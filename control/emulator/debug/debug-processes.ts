import type { DebuggedProcess, DebugRequest, DebugResult, PsEntry } from '../../../contracts/control-api.ts';
import { UserError } from '../../../contracts/diagnostic.ts';
import { processIdentity } from '../../../kernel/process-table/index.ts';
import { meantProcesses } from '../meant-processes.ts';
import type { DebugDesk, Debuggable } from './debug-desk.ts';

/** The process that is broken into to keep the role from being started again (S0). */
export const usualTarget = 'WindowsAzureGuestAgent';

/**
 * Breaks into processes, opens their inspectors, or lets them go. A name means every process of that name.
 *
 * @param list the processes as they are now
 * @param isPlayed whether a pid is that of a played process
 * @throws UserError RV4201 when nothing is meant, RV4501 to RV4504 for the first process with which it could not be done
 */
export async function debugProcesses(
  { action, target, instance }: DebugRequest,
  desk: DebugDesk,
  list: () => readonly PsEntry[],
  isPlayed: (pid: number) => boolean,
): Promise<DebugResult> {
  await desk.look();
  const held = list().filter((row) => isOf(row, instance) && desk.markOf(row.pid) !== undefined);
  if (action === 'list') return { processes: held.map((row) => shown(row, desk)) };
  const named = action === 'detach' && target === undefined ? held : meantProcesses({ target: target ?? usualTarget, instance }, list());
  const meant =
    action === 'detach'
      ? orNobody(
          named.filter(({ pid }) => desk.markOf(pid) !== undefined),
          target,
        )
      : named;
  const act = { break: desk.breakInto, attach: desk.attach, detach: desk.detach }[action];
  const bound = meant.flatMap((row) => boundTo(row, isPlayed(row.pid)));
  const results = await Promise.allSettled(bound.map((process) => act(process)));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  const pids = new Set(bound.map(({ pid }) => pid));
  return {
    processes: list()
      .filter(({ pid }) => pids.has(pid))
      .map((row) => shown(row, desk)),
  };
}

function isOf(row: PsEntry, instance: string | undefined): boolean {
  return instance === undefined || row.instance.toLowerCase() === instance.toLowerCase();
}

function orNobody(held: readonly PsEntry[], target: string | undefined): readonly PsEntry[] {
  if (held.length > 0) return held;
  throw new UserError(
    'RV4502',
    `no debugger is at ${target ?? 'any process'}`,
    'see rolevm debug list; break into a process with rolevm debug break',
  );
}

/** Bound to its start time: another process that gets the pid is left alone. */
function boundTo({ instance, name, pid }: PsEntry, played: boolean): readonly Debuggable[] {
  const identity = processIdentity(pid);
  return identity === undefined ? [] : [{ ...identity, instance, name, played }];
}

function shown({ instance, name, pid, vmRestartAt }: PsEntry, desk: DebugDesk): DebuggedProcess {
  const mark = desk.markOf(pid) ?? { state: 'running', since: new Date().toISOString() };
  return { instance, name, pid, ...mark, ...(vmRestartAt === undefined ? {} : { vmRestartAt }) };
}
