import { fullName, killIdentity, listProcesses, type ProcessEntry, readProcess } from '../process-table/index.ts';
import { huntChildren } from '../subreaper/index.ts';
import { type JobScope, jobMembers } from './members.ts';

export interface EndedProcess {
  readonly pid: number;
  readonly name: string;
}

/** Processes of a job that are still there although they were killed: somebody else's, or waiting for a device. */
export class JobNotEndedError extends Error {
  override readonly name = 'JobNotEndedError';

  constructor(
    readonly ended: readonly EndedProcess[],
    readonly survivors: readonly EndedProcess[],
  ) {
    super(`Processes would not end: ${survivors.map((survivor) => `${survivor.name} (${survivor.pid})`).join(', ')}.`);
  }
}

/**
 * Kills the members of this process's job until there are none.
 *
 * A listing is not the truth: a program that replaces itself by a fork every millisecond is in none. The members found are killed in
 * order; after that whatever becomes a child of this process is killed as it appears, which it does sooner or later below a subreaper.
 *
 * @param scope asked anew for each look
 * @param withinMs real milliseconds after which it gives up
 * @returns the members that were found and are gone, in the order of killing
 * @throws JobNotEndedError when something is still alive then
 */
export async function endMembers(scope: () => JobScope, withinMs: number): Promise<EndedProcess[]> {
  const deadline = performance.now() + withinMs;
  const ended = new Map<number, EndedProcess>();
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const now = scope();
    const members = jobMembers(now, listProcesses());
    for (const member of members) kill(member, ended);
    const excluded = new Set(now.exclude);
    const isSpared = (pid: number) => excluded.has(pid) || now.spares?.(pid) === true;
    const childless = huntChildren(isSpared, (pid) => {
      // It still has its name, being a child that nobody has reaped.
      if (!ended.has(pid)) ended.set(pid, { pid, name: readProcess(pid)?.name ?? '' });
    });
    if (members.length === 0 && childless) return [...ended.values()];
    if (performance.now() > deadline) throw notEnded(now, ended);
    await new Promise((resume) => setTimeout(resume, pauseMs));
  }
}

const firstPauseMs = 1;
const longestPauseMs = 25;

function kill(member: ProcessEntry, ended: Map<number, EndedProcess>): void {
  // Read before the end of the process takes its command line away.
  const name = fullName(member);
  try {
    killIdentity(member, 'SIGKILL');
    if (!ended.has(member.pid)) ended.set(member.pid, { pid: member.pid, name });
  } catch {
    // Somebody else's: it is named when the time is over.
  }
}

function notEnded(scope: JobScope, ended: Map<number, EndedProcess>): JobNotEndedError {
  const survivors = jobMembers(scope, listProcesses()).map((member) => ({ pid: member.pid, name: fullName(member) }));
  const alive = new Set(survivors.map((survivor) => survivor.pid));
  return new JobNotEndedError(
    [...ended.values()].filter((process) => !alive.has(process.pid)),
    survivors,
  );
}
