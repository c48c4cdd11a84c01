import { type EndedProcess, endOrphans } from '../../kernel/job-object/index.ts';
import { isAlive, killIdentity, type Marker, type ProcessIdentity } from '../../kernel/process-table/index.ts';
import { forgetServiceSessions, hasServiceSessions, serviceMarker, vmOfService } from '../vm/service-family.ts';

/**
 * Ends every process of a VM at once, as if its plug were pulled, whatever state they are in.
 *
 * The services die first: only then do the processes of their jobs appear as orphans of this process, a subreaper. Orphans of services
 * that were registered in another VM live on.
 *
 * @param services the VM's service processes, the registered ones included
 * @param marker variables that the processes of the role's job were started with
 * @param owner `<deployment>.<instance>`
 * @returns what was killed beside the services
 * @throws JobNotEndedError naming what could not be killed
 */
export async function endVm(services: readonly ProcessIdentity[], marker: Marker, owner: string): Promise<readonly EndedProcess[]> {
  for (const service of services) killIdentity(service, 'SIGKILL');
  while (services.some((service) => isAlive(service))) await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
  const isOfAnotherVm = (pid: number) => (vmOfService(pid) ?? owner) !== owner;
  const ended = await endOrphans(marker, isOfAnotherVm);
  // Where this process is no subreaper, these are found by their own mark.
  const ofServices = hasServiceSessions(owner) ? await endOrphans({ [serviceMarker]: owner }, isOfAnotherVm) : [];
  forgetServiceSessions(owner);
  return [...ended, ...ofServices];
}

/**
 * Ends the job of a guest agent that is gone (AB 1.2). What belongs to registered services is outside of it and lives on (AB 1.3).
 *
 * @param marker variables that the processes of the job were started with
 * @returns what was killed
 * @throws JobNotEndedError naming what could not be killed
 */
export function endJobOfAgent(marker: Marker): Promise<readonly EndedProcess[]> {
  return endOrphans(marker, (pid) => vmOfService(pid) !== undefined);
}

/** Real milliseconds: a killed process needs a moment to go. */
const lookAgainMs = 2;
