import { emulatorMs } from '../../contracts/timings-of-the-emulator.ts';
import type { Marker } from '../process-table/index.ts';
import { ownChildPids } from '../subreaper/index.ts';
import { type EndedProcess, endMembers } from './end-members.ts';
import type { JobScope } from './members.ts';

export { type EndedProcess, JobNotEndedError } from './end-members.ts';
export type { JobScope } from './members.ts';

/**
 * Ends the job of this process at once: everything below it, however it was detached, until none is left. What this process starts
 * meanwhile ends as well.
 *
 * @param scope what is left alone, and how members are known where orphans get out of sight
 * @param withinMs real milliseconds after which it gives up
 * @returns the processes that were found and are gone, the youngest first
 * @throws JobNotEndedError naming what could not be killed
 */
export function endJob(scope: JobScope = {}, withinMs: number = emulatorMs.jobEnded): Promise<EndedProcess[]> {
  return endMembers(() => scope, withinMs);
}

/**
 * Ends the job of an owner that has died below this process, a subreaper: the job's processes are now children here that nobody
 * here started. Where this process is no subreaper only the marker finds them.
 *
 * @param marker the variables that the dead owner's processes were started with
 * @param spares whether an adopted child is somebody else's, and left alone with everything below it
 * @param withinMs real milliseconds after which it gives up
 * @returns the processes that were found and are gone, the youngest first
 * @throws JobNotEndedError naming what could not be killed
 */
export function endOrphans(
  marker?: Marker,
  spares: (pid: number) => boolean = () => false,
  withinMs: number = emulatorMs.jobEnded,
): Promise<EndedProcess[]> {
  return endMembers(() => ({ exclude: ownChildPids(), spares, marker }), withinMs);
}
