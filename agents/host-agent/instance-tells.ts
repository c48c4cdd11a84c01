import type { ServiceEvent } from '../vm/service.machine.ts';
import type { SystemEvents } from '../vm/system-events.ts';
import type { HostAgentTells } from './host-agent.tells.ts';
import type { HostNotices } from './host-notices.ts';
import { type ProcessRegistry, unknownState } from './process-registry.ts';
import type { SilenceFuse } from './silence-fuse.ts';
import type { InstanceListener } from './start-instance.ts';

interface InstanceParts {
  readonly registry: ProcessRegistry;
  readonly fuse: SilenceFuse;
  readonly windows: SystemEvents;
  readonly notices: HostNotices;
}

/** Whom the host agent tells what: the fabric, the user, the log of Windows, and the list of the processes. */
export function tellsOf(listener: InstanceListener, { registry, fuse, windows, notices }: InstanceParts): HostAgentTells {
  return {
    status: (status, details, restartAt) =>
      listener.status(status, details, restartAt, status === 'UnresponsiveRole' ? fuse.burnsOutAt() : undefined),
    ...notices,
    service: (event) => {
      noteService(registry, event);
      notices.service(event);
      if (event.type === 'service.message' && event.message.type === 'notice') listener.notice(event.message.text);
      if (event.type === 'service.message' && event.message.type === 'storage') listener.storage(event.message.over);
    },
    guestHeard: () => {
      fuse.heard();
      notices.guestHeard();
    },
    boots: () => {
      windows.boots();
      notices.boots();
    },
    shutsDown: windows.shutsDown,
    off: listener.off,
    power: listener.power,
    bootsFail: listener.bootsFail,
    bootFaultSpent: listener.bootFaultSpent,
    hostOverdue: listener.hostOverdue,
  };
}

function noteService(registry: ProcessRegistry, event: ServiceEvent): void {
  if (event.type === 'service.started') {
    registry.note({ name: event.service, kind: 'played', ...event.process, ppid: process.pid, state: unknownState });
  } else if (event.type === 'service.exited' && event.process !== undefined) {
    registry.noteEnd(event.process.pid, event.cause);
  } else if (event.type === 'service.message' && event.message.type === 'process') {
    registry.note(event.message.process);
  }
}
