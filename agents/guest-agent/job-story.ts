import { describeExit, type ExitCause } from '../../contracts/exit-cause.ts';
import type { FromService, ProcessReport } from '../../contracts/links.ts';
import type { EndedProcess } from '../../kernel/job-object/index.ts';
import type { ParentLink } from '../../kernel/parent-link.ts';
import { isAlive, type ProcessIdentity } from '../../kernel/process-table/index.ts';
import type { Log } from '../../logs/open-log.ts';
import type { GuestAgentTells } from './guest-agent.words.ts';
import type { KnownProcesses } from './known-processes.ts';

export interface JobStory extends Pick<GuestAgentTells, 'outlive'> {
  /** The job has ended; what was killed in it, and whether role hosts were spared. */
  jobEnded(ended: readonly EndedProcess[], spared?: boolean): void;
  jobNotEnded(error: unknown): void;
  /** Role hosts that live, by what was reported of them. */
  roleHosts(): readonly ProcessIdentity[];
  /** One that has outlived its job has ended. */
  outlivingEnded(pid: number, cause: ExitCause): void;
}

/**
 * Tells the end of jobs, in AppAgentRuntime.log and to the host agent.
 *
 * @param tellEnd tells first what was not yet told of the bootstrapper's own end
 */
export function jobStory(to: {
  readonly processes: KnownProcesses;
  readonly runtime: Log;
  readonly link: ParentLink<FromService>;
  readonly tellEnd: () => void;
}): JobStory {
  const { processes, runtime, link, tellEnd } = to;
  const tellProcess = (process: ProcessReport) => link.send({ type: 'process', process });
  return {
    jobEnded: (ended, spared = false) => {
      tellEnd();
      if (ended.length > 0)
        runtime.info(`Job ended, processes terminated: ${ended.map(({ name, pid }) => `${name} (${pid})`).join(', ')}.`);
      for (const { pid } of ended) {
        const report = processes.takeEnd(pid, { kind: 'jobClosed', signal: 'SIGKILL' });
        if (report !== undefined) tellProcess(report);
      }
      // The job is empty: what was not in it any more ended without a parent to tell of it.
      const stays = (process: ProcessReport) => spared && isAlive(process);
      for (const report of processes.takeRest({ kind: 'unseen' }, stays)) tellProcess(report);
    },
    jobNotEnded: (error) => {
      const text = error instanceof Error ? error.message : String(error);
      runtime.error(text);
      link.send({ type: 'notice', text });
    },
    roleHosts: () =>
      processes.all().flatMap((process) => {
        const { pid, startTicks } = process;
        return isRoleHost(process) && isAlive(process) ? [{ pid, startTicks }] : [];
      }),
    outlive: (hosts) => {
      for (const { name, pid } of processes.all()) {
        if (!hosts.some((host) => host.pid === pid)) continue;
        const text = `${name} (${pid}) outlives its job: end it by hand, or it holds its files until the role starts anew.`;
        runtime.warn(text);
        link.send({ type: 'notice', text });
      }
    },
    outlivingEnded: (pid, cause) => {
      const report = processes.takeEnd(pid, cause);
      if (report === undefined) return;
      runtime.info(`${report.name} (${pid}) ${describeExit(cause)}.`);
      tellProcess(report);
    },
  };
}

export function isRoleHost({ kind, name }: ProcessReport): boolean {
  return kind === 'played' && ['WaWorkerHost', 'WaIISHost', 'WaWebHost'].includes(name);
}
