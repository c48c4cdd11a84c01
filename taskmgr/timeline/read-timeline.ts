import { UserError } from '../../contracts/diagnostic.ts';
import { journalFile, lastSignOf } from '../../control/journal-file.ts';
import { livingOwner } from '../../control/owner-lock.ts';
import type { StatePlace } from '../../control/state-directory.ts';
import { storedVms } from '../../control/stored-vms.ts';
import { readEvents } from '../../logs/read-events.ts';
import { toHostPath } from '../../sandbox/drive-path.ts';
import { buildTimeline } from './build-timeline.ts';
import { type EndedRun, findRuns } from './find-runs.ts';
import { readJournal } from './read-journal.ts';
import type { Timeline } from './timeline.ts';

export interface TimelineChoice {
  /** Only this instance, in any case of letters. */
  readonly instance?: string;
  /** Real milliseconds until now; without it whole runs are shown. */
  readonly sinceMs?: number;
  /** How many runs, the last ones; one unless told. */
  readonly runs?: number;
}

/**
 * The time line from the files of a state directory; whether its emulator runs makes no difference.
 *
 * @param now wall-clock milliseconds
 * @throws UserError RV6411 when nothing has been recorded, RV6412 when nothing of it lies in the time chosen, RV6402 for an unknown instance
 */
export async function readTimeline(place: StatePlace, choice: TimelineChoice, now = Date.now()): Promise<Timeline> {
  const journal = await readJournal(journalFile(place.logsDirectory));
  const vms = storedVms(place.stateDirectory);
  const livingPid = livingPidOf(place.stateDirectory);
  const lastSign = lastSignOf(vms.map(({ root }) => root));
  const all = findRuns(journal, { now, ...(livingPid && { livingPid }), ...(lastSign && { lastSign }) });
  if (all.length === 0)
    throw new UserError('RV6411', `nothing has been recorded for ${place.stateDirectory}`, 'run a service with rolevm up first');
  const { runs, from } = chosenRuns(all, choice, now);
  const instance = choice.instance === undefined ? undefined : instanceNamed(choice.instance, runs);
  const wanted = vms.filter((vm) => instance === undefined || vm.instance === instance);
  const events = await Promise.all(
    wanted.map(async (vm) => [vm.instance, await readEvents(toHostPath(vm.root, 'D:\\Windows\\System32\\winevt\\Logs'))] as const),
  );
  return buildTimeline(runs, new Map(events), from, instance);
}

function livingPidOf(stateDirectory: string): number | undefined {
  try {
    return livingOwner(stateDirectory)?.pid;
  } catch {
    // The journal may outlive the state directory.
    return undefined;
  }
}

function chosenRuns(
  all: readonly EndedRun[],
  { sinceMs, runs: count = 1 }: TimelineChoice,
  now: number,
): { readonly runs: readonly EndedRun[]; readonly from: string } {
  const last = all.at(-1)?.run;
  const since = sinceMs === undefined ? '' : new Date(now - sinceMs).toISOString();
  const runs = sinceMs === undefined ? all.slice(-count) : all.filter(({ run }) => run.to > since);
  const first = runs[0]?.run;
  if (first === undefined)
    throw new UserError(
      'RV6412',
      `nothing happened in that time: the last run ended at ${last?.to}`,
      'leave out --since to see the last run',
    );
  return { runs, from: first.from > since ? first.from : since };
}

function instanceNamed(name: string, runs: readonly EndedRun[]): string {
  const names = [
    ...new Set(runs.flatMap(({ records }) => records.flatMap((record) => (record.type === 'status' ? [record.instance] : [])))),
  ];
  const found = names.find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  throw new UserError('RV6402', `there is no instance ${name}`, `there are: ${names.join(', ')}`);
}
