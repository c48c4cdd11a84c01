import path from 'node:path';
import type { DriveLayout } from '../../sandbox/drive-layout.ts';
import { installedAgent } from '../../sandbox/installed-agent.ts';
import type { ServiceSpec } from '../vm/service.machine.ts';

/** Which programs the platform's services are: D: says it for the guest agent, whose versions change (AB 1.1). */
export function servicePrograms(layout: DriveLayout) {
  let started: string | undefined;
  return {
    /** Host path of the program that a service starts now. */
    of: ({ name }: ServiceSpec): string => {
      if (name !== 'WindowsAzureGuestAgent') return path.join(layout.guestAgent.host, `${name}.exe`);
      started = installedAgent(layout);
      return layout.guestAgentProgram(started).host;
    },
    /** Of the guest agent that was started last; undefined before the first. */
    agentVersion: (): string | undefined => started,
  };
}
