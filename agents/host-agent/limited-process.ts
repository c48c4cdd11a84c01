import { readProcess } from '../../kernel/process-table/index.ts';
import type { KnownProcess } from './process-registry.ts';

/**
 * Whether a process has no more rights than the role's user (AB 5.3): it is a limited startup task or a limited role host, or was started
 * below one. Whoever descends from none that was reported has those of SYSTEM, as services and the platform have.
 *
 * @param known the living processes of the VM
 */
export function isLimitedProcess(pid: number, known: readonly KnownProcess[]): boolean {
  const seen = new Set<number>();
  for (let at: number | undefined = pid; at !== undefined && !seen.has(at); at = readProcess(at)?.ppid) {
    seen.add(at);
    const reported = known.find((process) => process.pid === at);
    if (reported !== undefined) return (reported.task?.context ?? reported.hostContext) === 'limited';
  }
  return false;
}
