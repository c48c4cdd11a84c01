import { type EndedProcess, endOrphans } from '../../kernel/job-object/index.ts';
import { isAlive, killIdentity, type Marker, type ProcessIdentity } from '../../kernel/process-table/index.ts';

/**
 * Ends every process of a VM at once, as if its plug were pulled, whatever state they are in.
 *
 * The services die first: only then do the processes of their jobs appear as orphans of this process, a subreaper.
 *
 * @param services the VM's service processes
 * @param marker variables that the processes of the role's job were started with
 * @returns what was killed beside the services
 * @throws JobNotEndedError naming what could not be killed
 */
export async function endVm(services: readonly ProcessIdentity[], marker: Marker): Promise<readonly EndedProcess[]> {
  for (const service of services) killIdentity(service, 'SIGKILL');
  while (services.some((service) => isAlive(service))) await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
  return endOrphans(marker);
}

/** Real milliseconds: a killed process needs a moment to go. */
const lookAgainMs = 2;
