import { imageAgentVersion, nextAgentVersion } from '../../contracts/agent-version.ts';
import type { NumberedEvent } from '../../contracts/host-goal.ts';
import { eventFates } from '../../sandbox/drive-fate.ts';
import type { ServiceEvent } from '../vm/service.machine.ts';

/** What the host agent knows of the versions of the guest agent in its VM. */
export interface AgentVersions {
  /** As of the last event that has happened; undefined for whatever is installed. */
  readonly wanted: string | undefined;
  /** Lies on D: beside the installed one, since Windows started. */
  readonly laid?: string | undefined;
  /** As WaAppAgent says, since Windows started. */
  readonly installed?: string | undefined;
}

export function isUpdate({ name }: Pick<NumberedEvent, 'name'>): boolean {
  return name === 'update-agent';
}

/**
 * The version of the guest agent that is wanted after these events.
 *
 * @param version the one before; undefined for whatever is installed
 */
export function agentAfter(version: string | undefined, events: readonly NumberedEvent[]): string | undefined {
  return events.reduce<string | undefined>((before, event) => {
    if (isUpdate(event)) return event.agentVersion ?? nextAgentVersion(before ?? imageAgentVersion);
    // A D: that is made anew has the image's, one that is put back to a snapshot its own.
    return eventFates[event.name].D === 'preserved' ? before : undefined;
  }, version);
}

/** The version that is wanted once everything that is due has happened; undefined while nobody knows. */
export function dueAgent({ wanted, installed }: AgentVersions, due: readonly NumberedEvent[]): string | undefined {
  return agentAfter(wanted, due) ?? installed;
}

type ServiceMessage = Extract<ServiceEvent, { type: 'service.message' }>;

/** WaAppAgent has started: it knows of nothing that a former one was told, but of what is installed. */
export function isInstaller({ event: { service, message } }: { readonly event: ServiceMessage }): boolean {
  return service === 'WaAppAgent' && message.type === 'running';
}

/** The version that WaAppAgent says is installed; undefined when it does not know. */
export function saidInstalled({ event: { message } }: { readonly event: ServiceMessage }): string | undefined {
  if (message.type === 'running') return message.agentVersion;
  return message.type === 'agent.start' ? message.version : undefined;
}
