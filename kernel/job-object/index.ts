import { listProcesses, type Marker } from '../process-table/index.ts';
import { ownChildPids } from '../subreaper/index.ts';
import { type EndedProcess, endMembers } from './end-members.ts';
import { type JobScope, jobMembers } from './members.ts';

export { type EndedProcess, JobNotEndedError } from './end-members.ts';
export type { JobScope } from './members.ts';

// Killing takes the system milliseconds; what is there after seconds will not go by itself.
const withinMs = 5_000;

/**
 * Ends every process of a job at once, however it was detached, until none is left.
 *
 * @param scope whose job, and what is left alone
 * @param options.withinMs real milliseconds after which it gives up
 * @returns the processes that were killed, the youngest first
 * @throws JobNotEndedError naming what could not be killed
 */
export function endJob(scope: JobScope, options: { readonly withinMs?: number } = {}): Promise<EndedProcess[]> {
  return endMembers(() => jobMembers(scope, listProcesses()), options.withinMs ?? withinMs);
}

/**
 * Ends the job of an owner that has died below this process, a subreaper: its job's processes are now children here that
 * nobody here started. Where this process is no subreaper only the marker finds them.
 *
 * @param marker the variables that the dead owner's processes were started with
 * @returns the processes that were killed, the youngest first
 * @throws JobNotEndedError naming what could not be killed
 */
export function endOrphans(marker?: Marker, options: { readonly withinMs?: number } = {}): Promise<EndedProcess[]> {
  const find = () => jobMembers({ owner: process.pid, exclude: ownChildPids(), marker }, listProcesses());
  return endMembers(find, options.withinMs ?? withinMs);
}
