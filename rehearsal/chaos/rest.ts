import type { PsEntry, StatusDocument } from '../../contracts/control-api.ts';
import { examine } from '../../control/doctor/examine.ts';
import { descendants, fullName, listProcesses, type ProcessEntry } from '../../kernel/process-table/index.ts';
import type { Target } from './target.ts';

/**
 * Why a deployment is not at rest: an instance that is not Ready, a process too many or too few, one of an earlier job, one that
 * nobody knows, something that an earlier run has left.
 *
 * @returns one sentence; undefined when every instance is Ready and nothing is under way
 */
export async function restlessness(target: Target): Promise<string | undefined> {
  const { emulator, instances } = await target.ask('GET /status');
  const processes = await target.ask('GET /ps');
  const table = listProcesses();
  const { findings } = await examine(target.stateDirectory, false);
  return (
    unready(instances) ??
    instances.map(({ name }) => unrestOf(name, processes, table)).find((found) => found !== undefined) ??
    unknown(emulator.pid, processes, table) ??
    findings[0]?.text
  );
}

function unready(instances: StatusDocument['instances']): string | undefined {
  if (instances.length === 0) return 'there is no instance';
  for (const { name, state, details, vmRestartAt, debugged } of instances) {
    if (state !== 'ReadyRole') return `${name} is ${state}${details === '' ? '' : ` (${details.split('\n')[0]})`}`;
    if (vmRestartAt !== undefined) return `${name} is Ready, but its guest agent is silent`;
    if (debugged !== undefined) return `a debugger is still at ${debugged[0]?.name} of ${name}`;
  }
  return undefined;
}

const hosts: readonly string[] = ['WaWorkerHost', 'WaIISHost', 'WaWebHost'];

function unrestOf(instance: string, all: readonly PsEntry[], table: readonly ProcessEntry[]): string | undefined {
  const own = all.filter((process) => process.instance === instance);
  const named = (names: readonly string[]) => own.filter(({ name }) => names.includes(name));
  for (const names of [['WaAppAgent'], ['WindowsAzureGuestAgent'], ['WaHostBootstrapper'], hosts]) {
    const found = named(names);
    if (found.length !== 1) return `${instance} has ${found.length} processes ${names.join(' or ')}: ${listed(found)}`;
  }
  const still = own.find(({ state }) => state === 'suspended' || state === 'broken into');
  if (still !== undefined) return `${still.name} (${still.pid}) of ${instance} stands still`;
  return ofEarlierJob(instance, named(['WindowsAzureGuestAgent'])[0], named(['WaHostBootstrapper'])[0], table);
}

/** The bootstrapper is the first process of its job: what is older below the same agent belongs to a job that should have ended. */
function ofEarlierJob(
  instance: string,
  agent: PsEntry | undefined,
  bootstrapper: PsEntry | undefined,
  table: readonly ProcessEntry[],
): string | undefined {
  const since = table.find(({ pid }) => pid === bootstrapper?.pid)?.startedAtMs;
  if (agent === undefined || since === undefined) return `${instance} has a WaHostBootstrapper that has just ended`;
  const older = descendants(agent.pid, table).find((entry) => entry.startedAtMs < since && isRunning(entry));
  return older === undefined ? undefined : `${fullName(older)} (${older.pid}) of ${instance} is left of an earlier job`;
}

/** A process below the emulator that no command shows, or one that has ended and that nobody takes the end of. */
function unknown(emulator: number, known: readonly PsEntry[], table: readonly ProcessEntry[]): string | undefined {
  const pids = new Set(known.map(({ pid }) => pid));
  const found = descendants(emulator, table).find(({ pid }) => !pids.has(pid));
  if (found === undefined) return undefined;
  return isRunning(found) ? `${fullName(found)} (${found.pid}) is in no list of processes` : `${found.name} (${found.pid}) is not reaped`;
}

function isRunning({ state }: ProcessEntry): boolean {
  return state !== 'Z' && state !== 'X';
}

function listed(processes: readonly PsEntry[]): string {
  return processes.length === 0 ? 'none' : processes.map(({ name, pid }) => `${name} (${pid})`).join(', ');
}
