import path from 'node:path';
import { describeExit, type ExitCause } from '../../contracts/exit-cause.ts';
import type { FromHost } from '../../contracts/links.ts';
import type { VmDocument } from '../../contracts/vm-document.ts';
import type { ParentLink } from '../../kernel/parent-link.ts';
import type { StartedProcess } from '../../kernel/start-process.ts';
import { openEventLog } from '../../logs/event-log.ts';
import { traceLine } from '../../logs/formats/trace-line.ts';
import { knownEvents, managedExceptionCode } from '../../logs/known-events.ts';
import { openLog } from '../../logs/open-log.ts';
import type { DriveLayout } from '../../sandbox/drive-layout.ts';
import type { RoleFailure, WorkerHostTells } from './worker-host.machine.ts';

/** Tells what the role host does where Azure tells it: in WaWorkerHost.log, in the event logs, and to the bootstrapper (AB 7.2, 7.3). */
export function hostStory(to: {
  readonly vm: VmDocument;
  readonly layout: DriveLayout;
  readonly link: ParentLink<FromHost>;
  /** Image name of the role's program, when it has one. */
  readonly programName: () => string;
}): WorkerHostTells {
  const { vm, layout, link } = to;
  const log = openLog({ file: layout.hostLog('WaWorkerHost').host, format: traceLine('WaWorkerHost') });
  log.info('Role environment . INITIALIZING', 100);
  let program: StartedProcess | undefined;
  const reportProgram = (process: StartedProcess, state: string, ended?: ExitCause) => {
    const name = to.programName();
    link.send({
      type: 'process',
      process: { name, kind: 'program', ...process, ppid: globalThis.process.pid, state, ...(ended && { ended }) },
    });
  };
  return {
    onStartBegins: () => {
      log.info('Role environment . INITIALED RETURNED. HResult=0', 100);
      log.info('Role entrypoint . CALLING   OnStart()');
      link.send({ type: 'host.onStart' });
    },
    ready: () => {
      log.info('Role entrypoint . CALLING   Run()');
      link.send({ type: 'host.ready' });
    },
    runReturned: () => {
      log.info('Role entrypoint . COMPLETED Run() ==> ROLE RECYCLING INITIATED');
      link.send({ type: 'host.runReturned' });
    },
    stopped: () => {
      log.info('Role entrypoint . COMPLETED OnStop()');
      link.send({ type: 'host.stopped' });
    },
    failed: (failure) => {
      log.error(sentence(failure));
      if (isException(failure)) writeFailureEvents(vm, layout, failure);
      link.send({ type: 'host.failed', ...failure });
    },
    programStarted: (process) => {
      log.info(`Program started, process ${process.pid}.`);
      program = process;
      reportProgram(process, 'running');
    },
    programEnded: (cause) => {
      log.info(`Program ${describeExit(cause)}.`);
      if (program !== undefined) reportProgram(program, 'ended', cause);
    },
  };
}

/** A program that ends and an OnStart that says no are failures of the role, but no exceptions. */
function isException({ phase }: RoleFailure): boolean {
  return phase !== 'program' && phase !== 'onStartFalse';
}

function sentence({ phase, detail }: RoleFailure): string {
  if (phase === 'load') return `Role entrypoint could not be created: ${detail}`;
  if (phase === 'program' || phase === 'onStartFalse') return detail;
  return `AppDomain Unhandled Exception: ${detail}`;
}

function writeFailureEvents(vm: VmDocument, layout: DriveLayout, failure: RoleFailure): void {
  const events = openEventLog({ directory: layout.eventLogs.host, writer: 'WaWorkerHost' });
  const application = 'WaWorkerHost.exe';
  events.write(
    knownEvents.roleUnhandledException(sdkVersion, {
      processId: process.pid,
      processName: 'WaWorkerHost',
      threadId: process.pid,
      instanceId: vm.instanceId,
      exception: sentence(failure),
    }),
  );
  events.write(knownEvents.processTerminatedByException(application, process.version, failure.detail));
  events.write(
    knownEvents.applicationError({
      application,
      version: sdkVersion,
      exceptionCode: managedExceptionCode,
      processId: process.pid,
      path: path.win32.join(layout.base.drive, application),
    }),
  );
}

/** The SDK whose role host this plays: the last that made packages for classic cloud services. */
const sdkVersion = '2.9.8999.45';
