import type { EventBody } from './event-entry.ts';

/**
 * The events that a VM of the platform is known to write (AB 7.3), each a function from its fields to an entry. Sources, ids and
 * field names are Azure's and Windows's; wordings without a source there are I.
 */
export const knownEvents = {
  /** The guest agent has initialised: one per cycle of the role, so a block that begins with it repeats when the role recycles. */
  guestAgentInitialized: (): EventBody => ({
    log: 'Windows Azure',
    source: 'Windows Azure Guest Agent',
    id: 20001,
    level: 'Information',
    message: 'The guest agent has finished initializing.',
  }),

  startupTaskStarted: (sdkVersion: string, commandLine: string): EventBody =>
    runtime(sdkVersion, 10001, 'Information', `Startup task started: ${commandLine}`, { commandLine }),

  startupTaskSucceeded: (sdkVersion: string, commandLine: string): EventBody =>
    runtime(sdkVersion, 10002, 'Information', `Startup task finished successfully: ${commandLine}`, { commandLine }),

  iisConfiguratorStarted: (sdkVersion: string): EventBody =>
    runtime(sdkVersion, 10003, 'Information', 'The IIS configurator has begun to set up IIS.'),

  iisConfiguratorFinished: (sdkVersion: string): EventBody =>
    runtime(sdkVersion, 10004, 'Information', 'The IIS configurator has set up IIS.'),

  /** The number of this event is not public; 10100 is I. */
  roleUnhandledException: (sdkVersion: string, failure: RoleFailure): EventBody =>
    runtime(
      sdkVersion,
      10100,
      'Error',
      [
        `Process ID: ${failure.processId}`,
        `Process Name: ${failure.processName}`,
        `Thread ID: ${failure.threadId}`,
        `AppDomain Unhandled Exception for role ${failure.instanceId}`,
        `Exception: ${failure.exception}`,
      ].join('\n'),
      { ...failure },
    ),

  /** Source `.NET Runtime`: what the runtime says of a managed process that an exception has ended. */
  processTerminatedByException: (application: string, runtimeVersion: string, exception: string): EventBody => ({
    log: 'Application',
    source: '.NET Runtime',
    id: 1026,
    level: 'Error',
    message: [
      `Application: ${application}`,
      `Framework Version: ${runtimeVersion}`,
      'Description: The process was terminated due to an unhandled exception.',
      `Exception Info: ${exception}`,
    ].join('\n'),
    data: { application, runtimeVersion },
  }),

  applicationError: (fault: ApplicationFault): EventBody => ({
    log: 'Application',
    source: 'Application Error',
    id: 1000,
    level: 'Error',
    // Windows writes `unknown` and zeros for a module that it cannot name.
    message: [
      `Faulting application name: ${fault.application}, version: ${fault.version}, time stamp: 0x00000000`,
      'Faulting module name: unknown, version: 0.0.0.0, time stamp: 0x00000000',
      `Exception code: 0x${fault.exceptionCode.toString(16).padStart(8, '0')}`,
      `Faulting process id: 0x${fault.processId.toString(16)}`,
      `Faulting application path: ${fault.path}`,
    ].join('\n'),
    data: { ...fault },
  }),

  /** A stop of the VM that the platform has initiated always names WaAppAgent.exe (AB 1.1); one from inside names its own process. */
  shutdownInitiated: (machine: string, initiator = 'D:\\Packages\\GuestAgent\\WaAppAgent.exe'): EventBody => ({
    log: 'System',
    source: 'USER32',
    id: 1074,
    level: 'Information',
    message:
      `The process ${initiator} (${machine}) has initiated the shutdown of computer ${machine} ` +
      'on behalf of user NT AUTHORITY\\SYSTEM for the following reason: Legacy API shutdown',
    data: { machine, initiator },
  }),

  serviceInstalled: (service: ServiceFields): EventBody =>
    serviceControl(
      7045,
      'Information',
      [
        'A service was installed in the system.',
        '',
        `Service Name:  ${service.name}`,
        `Service File Name:  ${service.binPath}`,
        'Service Type:  user mode service',
        `Service Start Type:  ${startTypes[service.start]}`,
        'Service Account:  LocalSystem',
      ].join('\n'),
      { name: service.name, binPath: service.binPath },
    ),
  serviceStartChanged: (service: ServiceFields, before: ServiceFields['start']): EventBody =>
    serviceControl(
      7040,
      'Information',
      `The start type of the ${service.displayName} service was changed from ${startTypes[before]} to ${startTypes[service.start]}.`,
    ),
  serviceEntered: (displayName: string, state: 'running' | 'stopped'): EventBody =>
    serviceControl(7036, 'Information', `The ${displayName} service entered the ${state} state.`),
  /** @param times so often since Windows has started */
  serviceEndedUnexpectedly: (displayName: string, times: number): EventBody =>
    serviceControl(7034, 'Error', `The ${displayName} service terminated unexpectedly.  It has done this ${times} time(s).`),
  serviceNotStarted: (displayName: string, why: string): EventBody =>
    serviceControl(7000, 'Error', `The ${displayName} service failed to start due to the following error: \n${why}`),

  serviceNeedsAnother: (displayName: string, needed: string): EventBody =>
    serviceControl(7001, 'Error', `The ${displayName} service depends on the ${needed} service which failed to start.`),

  eventLogStarted: (): EventBody => system('EventLog', 6005, 'Information', 'The Event log service was started.'),
  eventLogStopped: (): EventBody => system('EventLog', 6006, 'Information', 'The Event log service was stopped.'),

  /** Written at the boot after a power loss. */
  shutdownWasUnexpected: (lastSeen: Date): EventBody =>
    system('EventLog', 6008, 'Error', `The previous system shutdown at ${lastSeen.toISOString()} was unexpected.`),

  systemStarted: (at: Date): EventBody =>
    system('Microsoft-Windows-Kernel-General', 12, 'Information', `The operating system started at system time ${at.toISOString()}.`),
  systemStopping: (at: Date): EventBody =>
    system(
      'Microsoft-Windows-Kernel-General',
      13,
      'Information',
      `The operating system is shutting down at system time ${at.toISOString()}.`,
    ),
} as const;

/** Exception code of a process that a managed exception has ended (AB 7.3). */
export const managedExceptionCode = 0xe0434352;

export interface RoleFailure {
  readonly processId: number;
  /** `WaWorkerHost`. */
  readonly processName: string;
  readonly threadId: number;
  readonly instanceId: string;
  /** Type, message and stack. */
  readonly exception: string;
}

export interface ApplicationFault {
  /** `WaWorkerHost.exe`. */
  readonly application: string;
  readonly version: string;
  /** Unsigned. */
  readonly exceptionCode: number;
  readonly processId: number;
  /** Drive path of the program. */
  readonly path: string;
}

/** What the service control manager tells of a registered service. */
interface ServiceFields {
  readonly name: string;
  readonly displayName: string;
  readonly binPath: string;
  readonly start: 'auto' | 'demand' | 'disabled';
}

const startTypes = { auto: 'auto start', demand: 'demand start', disabled: 'disabled' } as const;

function serviceControl(id: number, level: EventBody['level'], message: string, data?: EventBody['data']): EventBody {
  return { log: 'System', source: 'Service Control Manager', id, level, message, ...(data && { data }) };
}

function runtime(sdkVersion: string, id: number, level: EventBody['level'], message: string, data?: EventBody['data']): EventBody {
  return { log: 'Windows Azure', source: `Windows Azure Runtime ${sdkVersion}`, id, level, message, ...(data && { data }) };
}

function system(source: string, id: number, level: EventBody['level'], message: string): EventBody {
  return { log: 'System', source, id, level, message };
}
