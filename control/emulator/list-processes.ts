import type { KnownProcess } from '../../agents/host-agent/process-registry.ts';
import type { PsEntry } from '../../contracts/control-api.ts';
import { descendants, fullName, listProcesses, type ProcessEntry } from '../../kernel/process-table/index.ts';

export interface InstanceProcesses {
  readonly instance: string;
  readonly known: readonly KnownProcess[];
  /** Of its guest agent. */
  readonly agentVersion?: string | undefined;
}

/**
 * Every process of the VMs: those reported, with the state of their machines, and whatever they have started beyond that, as the
 * system's own table shows it now.
 */
export function listVmProcesses(
  instances: readonly InstanceProcesses[],
  table: readonly ProcessEntry[] = listProcesses(),
): readonly PsEntry[] {
  const byPid = new Map(table.map((entry) => [entry.pid, entry]));
  return instances.flatMap(({ instance, known, agentVersion }) => {
    const listed = new Map<number, PsEntry>();
    for (const process of known) {
      const entry = byPid.get(process.pid);
      // A pid may be another process's by now, whose start time is another one.
      if (entry === undefined || entry.state === 'Z' || entry.startTicks !== process.startTicks) continue;
      const version = process.name === 'WindowsAzureGuestAgent' && agentVersion !== undefined ? { agentVersion } : {};
      listed.set(process.pid, { ...resources(instance, entry), ...played(process, entry), ...version });
    }
    for (const pid of [...listed.keys()]) {
      for (const entry of descendants(pid, table)) {
        if (!listed.has(entry.pid) && entry.state !== 'Z') listed.set(entry.pid, { ...resources(instance, entry), ...unreported(entry) });
      }
    }
    return [...listed.values()];
  });
}

function resources(instance: string, entry: ProcessEntry): Pick<PsEntry, 'instance' | 'pid' | 'ppid' | 'cpu' | 'memory' | 'startedAt'> {
  const ageMs = Math.max(1, Date.now() - entry.startedAtMs);
  return {
    instance,
    pid: entry.pid,
    ppid: entry.ppid,
    startedAt: new Date(entry.startedAtMs).toISOString(),
    cpu: Math.round((entry.cpuMs / ageMs) * 1_000) / 10,
    memory: entry.memory,
  };
}

/** A stopped process is said to be so: its machine cannot report it. */
function played(process: KnownProcess, entry: ProcessEntry): Pick<PsEntry, 'name' | 'state' | 'since' | 'startedAt'> {
  return { name: process.name, state: isStopped(entry) ? 'suspended' : process.state, since: process.since, startedAt: process.startedAt };
}

function unreported(entry: ProcessEntry): Pick<PsEntry, 'name' | 'state' | 'since'> {
  return { name: fullName(entry), state: isStopped(entry) ? 'suspended' : 'running', since: new Date(entry.startedAtMs).toISOString() };
}

/** By a signal, or by a debugger. */
function isStopped({ state }: ProcessEntry): boolean {
  return state === 'T' || state === 't';
}
