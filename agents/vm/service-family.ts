import { readProcess, startedWith } from '../../kernel/process-table/index.ts';

/** Variable that marks the processes of the registered services of a VM: `<deployment>.<instance>`. */
export const serviceMarker = 'ROLEVM_SERVICE_OF';

/** VM by session: each service leads one. */
const sessions = new Map<number, string>();

/** The process that has just started leads a session of its own, whose members belong to a service of this VM. */
export function noteServiceSession(pid: number, vm: string): void {
  sessions.set(pid, vm);
}

/** Whether a service has been started in this VM. */
export function hasServiceSessions(vm: string): boolean {
  return [...sessions.values()].includes(vm);
}

/** The VM has ended with everything in it. */
export function forgetServiceSessions(vm: string): void {
  for (const [pid, of] of sessions) if (of === vm) sessions.delete(pid);
}

/**
 * The VM whose registered services this process descends from, `<deployment>.<instance>`; undefined for any other process.
 *
 * A service's orphans end up as children of this process, a subreaper, and so do those of a job whose agent has died; but the latter end
 * with their job (AB 1.3), the former do not. Services hand down a variable and their session: who has cast off both counts for the job.
 */
export function vmOfService(pid: number): string | undefined {
  return startedWith(pid, serviceMarker) ?? sessions.get(readProcess(pid)?.session ?? 0);
}
