import type { ExitCause } from '../../contracts/exit-cause.ts';
import type { ProcessReport } from '../../contracts/links.ts';
import type { RegisteredService } from '../../contracts/vm-door.ts';
import type { EventLog } from '../../logs/event-log.ts';
import { knownEvents } from '../../logs/known-events.ts';
import { imageName } from '../../sandbox/programs/image-name.ts';
import type { RegisteredServiceTells } from './registered-service.machine.ts';

export interface ServiceListener {
  /** A service's process as it starts. */
  started(process: ProcessReport): void;
  ended(pid: number, cause: ExitCause): void;
  /** A sentence for the user. */
  notice(text: string): void;
}

export interface ServiceStory extends RegisteredServiceTells {
  installed(service: RegisteredService): void;
  startChanged(service: RegisteredService, before: RegisteredService['start']): void;
  dependencyFailed(service: RegisteredService, needed: string): void;
  /** The event log has ended before the services do: nothing is written any more. */
  silence(): void;
}

/** Tells of the registered services where Windows does, in the System log (W), and to whoever shows processes. */
export function serviceStory(to: {
  readonly events: EventLog;
  readonly listener: ServiceListener;
  /** By the name of a service: what people call it. */
  readonly displayName: (name: string) => string;
}): ServiceStory {
  const { events, listener, displayName } = to;
  const unexpectedEnds = new Map<string, number>();
  let silent = false;
  const write: EventLog['write'] = (event) => {
    if (!silent) events.write(event);
  };
  return {
    running: ({ name, binPath }, process) => {
      const ppid = globalThis.process.pid;
      // Who looks at processes wants to know whose `node` this is.
      const state = `running (service ${name})`.slice(0, longestState);
      listener.started({ name: imageName(binPath), kind: 'program', ...process, ppid, state });
      write(knownEvents.serviceEntered(displayName(name), 'running'));
    },
    notStarted: ({ name }, detail) => {
      write(knownEvents.serviceNotStarted(displayName(name), detail));
      listener.notice(`the service ${name} could not be started: ${detail}`);
    },
    stopped: ({ name }, process, cause, wanted) => {
      if (process !== undefined) listener.ended(process.pid, cause);
      if (wanted) {
        write(knownEvents.serviceEntered(displayName(name), 'stopped'));
        return;
      }
      const times = (unexpectedEnds.get(name) ?? 0) + 1;
      unexpectedEnds.set(name, times);
      write(knownEvents.serviceEndedUnexpectedly(displayName(name), times));
    },
    installed: (service) => write(knownEvents.serviceInstalled(service)),
    startChanged: (service, before) => write(knownEvents.serviceStartChanged(service, before)),
    dependencyFailed: (service, needed) => write(knownEvents.serviceNeedsAnother(service.displayName, displayName(needed))),
    silence: () => {
      silent = true;
    },
  };
}

/** Of a report's state. */
const longestState = 200;
