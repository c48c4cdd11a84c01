import type { ExitCause } from '../contracts/exit-cause.ts';
import { describeExit } from '../contracts/exit-cause.ts';
import type { FromBootstrapper, ProcessReport } from '../contracts/links.ts';
import type { Timings } from '../contracts/timings.ts';
import type { ParentLink } from '../kernel/parent-link.ts';
import type { StartedProcess } from '../kernel/start-process.ts';
import type { EventLog } from '../logs/event-log.ts';
import { knownEvents } from '../logs/known-events.ts';
import type { Log } from '../logs/open-log.ts';
import type { DriveLayout } from '../sandbox/drive-layout.ts';
import { imageName } from '../sandbox/programs/image-name.ts';
import type { BootstrapperTells } from './bootstrapper.words.ts';
import type { Role } from './read-role.ts';
import type { StartupTask } from './startup-task.machine.ts';
import { waitText } from './wait-text.ts';

export interface StoryTeller extends BootstrapperTells {
  /** Notes the role that the rest of the story is about. */
  openRole(role: Role): Role;
}

/** Tells what the bootstrapper does where Azure tells it: in WaHostBootstrapper.log, in the event log, and to the guest agent (AB 7.2, 7.3). */
export function bootstrapperStory(to: {
  readonly timings: Timings;
  readonly layout: DriveLayout;
  readonly log: Log;
  readonly events: EventLog;
  readonly link: ParentLink<FromBootstrapper>;
}): StoryTeller {
  const { timings, log, events, link, layout } = to;
  let role: Role | undefined;
  const started = new Map<number, StartedProcess>();
  let host: StartedProcess | undefined;
  const reportChild = (
    child: Pick<ProcessReport, 'name' | 'kind' | 'task' | 'hostContext'>,
    process: StartedProcess,
    state: string,
    ended?: ExitCause,
  ) => {
    link.send({
      type: 'process',
      process: { ...child, ...process, ppid: globalThis.process.pid, state, ...(ended === undefined ? {} : { ended }) },
    });
  };
  const tellExecuting = (task: StartupTask) => {
    const line = taskLine(task);
    log.warn(`Executing Startup Task type=${typeNumbers[task.model.taskType]} rolemodule=(null) cmd="${line}"`);
    log.warn(`Executing "${line}" .`);
    events.write(knownEvents.startupTaskStarted(role?.sdkVersion ?? '', task.model.commandLine));
  };
  // A healthy log opens with these (AB 7.2).
  log.error('<- WapXmlReadRoleModel=0x1');
  log.error('<- WapGetVirtualAccountName=0x1');
  log.error('<- WapGetEnvironmentVariable=0x800700cb');

  return {
    openRole: (opened) => {
      role = opened;
      return opened;
    },
    phase: (status, details) => link.send({ type: 'phase', status, details }),
    heartbeat: (n) => link.send({ type: 'heartbeat', n }),
    relay: (process) => link.send({ type: 'process', process }),
    taskStarted: (task, process) => {
      started.set(task.index, process);
      tellExecuting(task);
      reportChild(programOf(task), process, `running (${task.model.taskType}, ${task.model.executionContext})`);
    },
    taskEnded: (task, cause) => {
      const line = taskLine(task);
      // A program that is not there is noticed after this line (AB 5.7, 4).
      if (cause.kind === 'notStarted') tellExecuting(task);
      log.warn(`Program "${line}" ${endOf(cause)}. Working Directory = ${task.workingDirectory}`);
      if (cause.kind === 'exited' && cause.code === 0)
        events.write(knownEvents.startupTaskSucceeded(role?.sdkVersion ?? '', task.model.commandLine));
      const process = started.get(task.index);
      if (process !== undefined) reportChild(programOf(task), process, 'ended', cause);
    },
    hostStarted: (process) => {
      host = process;
      log.warn(`Executing "${layout.base.drive}\\${role?.host}.exe" .`);
      if (role !== undefined) reportChild({ name: role.host, kind: 'played', hostContext: role.hostContext }, process, 'starting');
    },
    hostEnded: (cause) => {
      log.warn(`Program "${layout.base.drive}\\${role?.host}.exe" ${endOf(cause)}. Working Directory = ${layout.approot.drive}`);
      if (host !== undefined && role !== undefined) reportChild({ name: role.host, kind: 'played' }, host, 'ended', cause);
    },
    waits: (what, tasks) => {
      const awaited = tasks.map((task) => ({ task, process: started.get(task.index) }));
      const text = waitText(what, { host: role?.host ?? 'WaWorkerHost', hostProcess: host, tasks: awaited }, timings, layout);
      log.warn(text);
      link.send({ type: 'notice', text });
    },
    outcome: (outcome) => {
      log.warn(outcome.details === '' ? `Role ended: ${outcome.kind}.` : `Role ended: ${outcome.kind}. ${outcome.details}`);
      link.send({ type: 'outcome', outcome });
    },
  };
}

function programOf({ index, model }: StartupTask): Pick<ProcessReport, 'name' | 'kind' | 'task'> {
  return { name: imageName(model.commandLine), kind: 'task', task: { index, type: model.taskType, context: model.executionContext } };
}

/** In the order of the schema (AB 5.2, I beyond 0). */
const typeNumbers = { simple: 0, foreground: 1, background: 2 } as const;

/** `E:\approot\.\prepare.js`: the working directory and the line as it was written (AB 5.2). */
function taskLine(task: StartupTask): string {
  return `${task.workingDirectory}\\.\\${task.model.commandLine}`;
}

function endOf(cause: ExitCause): string {
  return cause.code === undefined ? describeExit(cause) : `exited with 0x${(cause.code >>> 0).toString(16).padStart(8, '0')}`;
}
