import { type CallbackActorLogic, type EventObject, fromCallback } from 'xstate';
import { never } from 'zod/mini';
import type { VmDocument } from '../../contracts/vm-document.ts';
import type { DoorRequest, ShutdownRequest } from '../../contracts/vm-door.ts';
import type { AzureClock } from '../../kernel/clock.ts';
import { processLogic } from '../../kernel/process-logic.ts';
import type { LaunchSpec } from '../../kernel/start-process.ts';
import { openEventLog } from '../../logs/event-log.ts';
import { openDoor } from '../../sandbox/door/open-door.ts';
import type { DriveLayout } from '../../sandbox/drive-layout.ts';
import { launchProgram } from '../../sandbox/programs/launch-program.ts';
import { openServiceRegister } from '../../sandbox/services/service-register.ts';
import type { ServiceProgram } from './registered-service.machine.ts';
import { runningServices } from './running-services.ts';
import { ServiceControlManager } from './service-control-manager.ts';
import { noteServiceSession } from './service-family.ts';
import { type ServiceListener, serviceStory } from './service-story.ts';
import { systemShutdown } from './system-shutdown.ts';

/** What a VM says to the services that were registered in it. */
export type RegisteredServicesCommand = { readonly type: 'registered.stop' };
export type RegisteredServicesEvent =
  /** None of them is left, as was asked. */
  | { readonly type: 'registered.stopped' }
  /** A program of the VM wants Windows to restart. */
  | { readonly type: 'registered.rebootAsked' };

export type RegisteredServicesLogic = CallbackActorLogic<RegisteredServicesCommand, undefined, EventObject>;

export interface RegisteredServicesParts {
  readonly vm: Pick<VmDocument, 'bundlesDirectory' | 'timings'>;
  readonly layout: DriveLayout;
  readonly clock: AzureClock;
  /** Of each service: the machine's, and the marks by which its processes are known. */
  readonly environment: Readonly<Record<string, string>>;
  /** `<deployment>.<instance>`: whose services they are. */
  readonly owner: string;
  readonly listener: ServiceListener;
  /** Whether the process with this pid has no more rights than the role's user. */
  readonly isLimited: (pid: number) => boolean;
  /** Hears of a folder that has to be removed if this process cannot do it any more. */
  readonly directoryMade: (directory: string) => void;
  readonly fault: (error: unknown) => void;
}

/**
 * The services that were registered in a VM, from the moment when Windows runs until it does not: those that start with Windows start, and
 * the door opens through which programs of the VM create, start and stop them, and ask for a restart of Windows. They are children of this process and no part of the guest
 * agent's job: no recycle, no dead agent ends them (AB 1.3).
 */
export function registeredServices(parts: RegisteredServicesParts): RegisteredServicesLogic {
  return fromCallback<RegisteredServicesCommand, undefined, EventObject>(({ sendBack, receive }) => {
    const { layout, listener, fault } = parts;
    const events = openEventLog({ directory: layout.eventLogs.host, writer: 'Services' });
    const register = openServiceRegister(layout.services.host, fault);
    const story = serviceStory({ events, listener, displayName: (name) => register.find(name)?.displayName ?? name });
    const running = runningServices({
      process: processLogic({ accepts: never(), whenStopped: 'kill', launch: launchService(parts) }),
      tells: {
        ...story,
        running: (program, process) => {
          noteServiceSession(process.pid, parts.owner);
          story.running(program, process);
        },
        stopped: (program, process, cause, wanted) => {
          story.stopped(program, process, cause, wanted);
          manager.ended(program.name);
        },
      },
      timings: parts.vm.timings,
      clock: parts.clock,
      fault,
    });
    const manager = new ServiceControlManager({ register, running, isLimited: parts.isLimited, tells: story, fault });
    const shutdown = systemShutdown({
      clock: parts.clock,
      isLimited: parts.isLimited,
      notice: listener.notice,
      due: () => sendBack({ type: 'registered.rebootAsked' } satisfies RegisteredServicesEvent),
    });
    const closeDoor = openDoor({
      document: layout.vmDoor.host,
      answer: (request) => (isShutdown(request) ? shutdown.answer(request) : manager.answer(request)),
      directoryMade: parts.directoryMade,
      fault,
    });
    manager.boot();
    receive(() => {
      shutdown.begun();
      story.silence();
      void manager.shutDown().then(() => sendBack({ type: 'registered.stopped' } satisfies RegisteredServicesEvent));
    });
    return () => {
      shutdown.begun();
      closeDoor();
      running.powerOff();
      events.close();
    };
  });
}

function isShutdown(request: DoorRequest): request is ShutdownRequest {
  return request.type === 'shutdown.initiate' || request.type === 'shutdown.abort';
}

/** How a service is started: where Windows starts its services, in a session of its own, its output kept in a file of its own. */
function launchService({ vm, layout, environment }: RegisteredServicesParts): (program: ServiceProgram) => LaunchSpec {
  return ({ name, binPath }) => ({
    ...launchProgram({
      commandLine: binPath,
      vmRoot: layout.vmRoot,
      workingDirectory: layout.system32.drive,
      env: environment,
      outputFile: layout.serviceOutput(name).host,
      bundlesDirectory: vm.bundlesDirectory,
    }),
    detached: true,
  });
}
