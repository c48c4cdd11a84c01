import { describeExit } from '../../contracts/exit-cause.ts';
import type { InstanceStatus } from '../../contracts/instance-status.ts';
import type { FromService, ProcessReport } from '../../contracts/links.ts';
import type { VmDocument } from '../../contracts/vm-document.ts';
import type { AzureClock } from '../../kernel/clock.ts';
import type { ParentLink } from '../../kernel/parent-link.ts';
import { isAlive } from '../../kernel/process-table/index.ts';
import type { StartedProcess } from '../../kernel/start-process.ts';
import type { EventLog } from '../../logs/event-log.ts';
import { knownEvents } from '../../logs/known-events.ts';
import type { Log } from '../../logs/open-log.ts';
import { containerStory } from './container-story.ts';
import type { GuestAgentTells } from './guest-agent.words.ts';
import { isRoleHost, type JobStory, jobStory } from './job-story.ts';
import { knownProcesses } from './known-processes.ts';
import { waitStory } from './wait-story.ts';

export interface AgentStory extends GuestAgentTells, JobStory {
  /** A line of WaAppAgent.log as it comes every 2–3 s (S2). */
  healthLine(): void;
  /** Whether the role is Ready as it was told last, and its bootstrapper lives: a debugger may have held this process up meanwhile. */
  isReady(): boolean;
}

/** Tells what the guest agent does where Azure tells it: in its two logs, in the event log, and to the host agent (AB 7.1 to 7.3). */
export function agentStory(to: {
  readonly vm: VmDocument;
  readonly clock: AzureClock;
  readonly health: Log;
  readonly runtime: Log;
  readonly events: EventLog;
  readonly link: ParentLink<FromService>;
  /** Host path of WaHostBootstrapper.log. */
  readonly bootstrapperLog: string;
}): AgentStory {
  const { vm, clock, health, runtime, events, link, bootstrapperLog } = to;
  const container = containerStory(vm, runtime);
  const notice = (text: string) => link.send({ type: 'notice', text });
  const { heard, ...waits } = waitStory({ timings: vm.timings, clock, runtime, bootstrapperLog, notice });
  const processes = knownProcesses();
  const roleId = `${vm.deploymentId}.${vm.instanceId}`;
  let status: InstanceStatus = 'CreatingRole';
  let details = '';
  let bootstrapper: StartedProcess | undefined;
  const relay = (process: ProcessReport) => {
    processes.note(process);
    link.send({ type: 'process', process });
  };
  let untoldEnd: ProcessReport | undefined;
  const tellEnd = () => {
    const report = untoldEnd;
    untoldEnd = undefined;
    if (report !== undefined) relay(report);
  };
  const enter = (next: InstanceStatus, nextDetails: string, restartInMs?: number) => {
    if (next !== status) runtime.info(`Role ${roleId} goes from ${status} to ${next}.${nextDetails === '' ? '' : ` ${nextDetails}`}`);
    if (next === 'CreatingRole') events.write(knownEvents.guestAgentInitialized());
    status = next;
    details = nextDetails;
    const restartAt = restartInMs === undefined ? {} : { restartAt: new Date(Date.now() + clock.realMs(restartInMs)).toISOString() };
    link.send({ type: 'status', incarnation: vm.configIncarnation, status, details, ...restartAt });
  };
  return {
    goal: container.goal,
    status: enter,
    ...waits,
    ...jobStory({ processes, runtime, link, tellEnd }),
    message: (message, ifFailed) => {
      heard();
      if (message.type === 'notice') notice(message.text);
      if (message.type === 'phase') enter(message.status, message.details);
      if (message.type !== 'process') return;
      // The status goes first: whoever hears of the end must not find the role Ready any more.
      if (endsRole(message.process) && (status === 'ReadyRole' || status === 'BusyRole')) enter(ifFailed, stoppedByError);
      relay(message.process);
    },
    bootstrapperStarted: (process) => {
      bootstrapper = process;
      heard(process.pid);
      runtime.info(`WaHostBootstrapper started, process ${process.pid}.`);
      relay({ name: 'WaHostBootstrapper', kind: 'played', ...process, ppid: globalThis.process.pid, state: 'starting' });
    },
    bootstrapperEnded: (cause, outcome) => {
      runtime.warn(`WaHostBootstrapper ${describeExit(cause)}${outcome === undefined ? '' : ` (${outcome.kind})`}.`);
      if (bootstrapper === undefined) return;
      // After the status that follows from it: whoever hears of the end must not find the role Ready any more.
      untoldEnd = {
        name: 'WaHostBootstrapper',
        kind: 'played',
        ...bootstrapper,
        ppid: globalThis.process.pid,
        state: 'ended',
        ended: cause,
      };
      setImmediate(tellEnd);
    },
    heartbeat: (n) => link.send({ type: 'heartbeat', n }),
    roleStopped: () => {
      // The answer to this is the end of this process, perhaps before anything else that waits for its turn.
      tellEnd();
      runtime.info(`Role ${roleId} is stopped.`);
      container.roleStopped();
      link.send({ type: 'role.stopped' });
    },
    leave: () => runtime.info('WindowsAzureGuestAgent stops.'),
    isReady: () => status === 'ReadyRole' && (vm.image !== undefined || (bootstrapper !== undefined && isAlive(bootstrapper))),
    healthLine: () => {
      health.heart('WindowsAzureGuestAgent Heartbeat.');
      health.info(
        status === 'ReadyRole'
          ? `Role ${roleId} is reporting state Ready.`
          : `Role ${roleId} is reporting state NotReady (${status}${details === '' ? '' : `: ${details.split('\n')[0]}`}).`,
      );
    },
  };
}

/** InstanceStateDetails of a role whose host has ended, before more is known (AB 3.1). */
const stoppedByError = 'Role has encountered an error and has stopped.';

/** The end of the role host or of its program is the end of the role, of whatever kind (AB 1.2). */
function endsRole(process: ProcessReport): boolean {
  return process.ended !== undefined && (process.kind === 'program' || isRoleHost(process));
}
