import { fullName, killIdentity, type ProcessEntry } from '../process-table/index.ts';
import { reapEnded } from '../subreaper/index.ts';

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
 * Kills whatever `find` finds, again and again until it finds nothing: a process may have started another one in between.
 *
 * @param find looks at the process table anew; its order is the order of killing
 * @param withinMs real milliseconds after which it gives up
 * @returns what was killed, in order
 * @throws JobNotEndedError when something is still alive then
 */
export async function endMembers(find: () => readonly ProcessEntry[], withinMs: number): Promise<EndedProcess[]> {
  const deadline = performance.now() + withinMs;
  const ended = new Map<string, EndedProcess>();
  let pauseMs = firstPauseMs;
  for (;;) {
    const members = find();
    if (members.length === 0) {
      reapEnded();
      return [...ended.values()];
    }
    if (performance.now() > deadline) throw notEnded(members, ended);
    const known = ended.size;
    for (const member of members) kill(member, ended);
    // Something new has been started meanwhile: hurry, else it starts the next one before the next look.
    const hurry = known > 0 && ended.size > known;
    await pause(hurry ? 0 : pauseMs);
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    reapEnded();
  }
}

const firstPauseMs = 1;
const longestPauseMs = 25;

function kill(member: ProcessEntry, ended: Map<string, EndedProcess>): void {
  const key = `${member.pid} ${member.startTicks}`;
  // A name is read before the end of the process takes its command line away.
  const process = ended.get(key) ?? { pid: member.pid, name: fullName(member) };
  try {
    if (killIdentity(member, 'SIGKILL')) ended.set(key, process);
  } catch {
    // Somebody else's: it is named when the time is over.
  }
}

function notEnded(members: readonly ProcessEntry[], ended: Map<string, EndedProcess>): JobNotEndedError {
  const survivors = members.map((member) => ({ pid: member.pid, name: fullName(member) }));
  const alive = new Set(members.map((member) => `${member.pid} ${member.startTicks}`));
  return new JobNotEndedError(
    [...ended].flatMap(([key, process]) => (alive.has(key) ? [] : [process])),
    survivors,
  );
}

function pause(ms: number): Promise<void> {
  return new Promise((resume) => {
    if (ms === 0) setImmediate(resume);
    else setTimeout(resume, ms);
  });
}
