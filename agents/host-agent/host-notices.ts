import type { Timings } from '../../contracts/timings.ts';
import type { AzureClock } from '../../kernel/clock.ts';
import { withLastLines } from '../../logs/last-lines.ts';
import { wholeSeconds } from '../../logs/whole-seconds.ts';
import type { ServiceEvent } from '../vm/service.machine.ts';
import type { GuestLost, HostAgentTells } from './host-agent.tells.ts';

export interface HostNotices
  extends Pick<HostAgentTells, 'boots' | 'guestHeard' | 'guestLate' | 'guestLost' | 'updateIsLate' | 'creationIsLong'> {
  service(event: ServiceEvent): void;
}

/**
 * What the host agent says of those it waits for: whom, for how long, with their last lines. It has no log inside of the VM.
 *
 * @param agentLog host path of AppAgentRuntime.log
 * @param tell hears a sentence for the user
 */
export function hostNotices(timings: Timings, clock: AzureClock, agentLog: string, tell: (text: string) => void): HostNotices {
  let heardAt = 0;
  let heard = false;
  let told = false;
  let agent = guestAgent;
  const silence = () =>
    `${heard ? 'has not answered' : 'has not reported since Windows started'} for ${wholeSeconds(clock.now() - heardAt)}`;
  const lost: Record<GuestLost, string> = {
    boot: 'the VM is restarted',
    boots: 'this node does not start the VM again',
    silence: 'the VM is restarted',
    stop: 'it cannot be told to stop, so the VM is powered off',
    update: 'its update does not come to an end, so the VM is restarted',
  };
  return {
    boots: () => {
      agent = guestAgent;
      heardAt = clock.now();
      heard = false;
      told = false;
    },
    guestHeard: () => {
      if (told) tell(`${agent} ${heard ? 'answers again' : 'reports'} after ${wholeSeconds(clock.now() - heardAt)}.`);
      told = false;
      heardAt = clock.now();
      heard = true;
    },
    guestLate: () => {
      told = true;
      const fate = `the VM is restarted after ${wholeSeconds(timings.guestLostMs)}`;
      tell(withLastLines(`${agent} ${silence()}; ${fate}.`, agentLog));
    },
    guestLost: (how) => tell(withLastLines(`${agent} ${silence()}; ${lost[how]}.`, agentLog)),
    updateIsLate: (version) =>
      tell(
        `WaAppAgent has not laid ${guestAgent} ${version} ${wholeSeconds(timings.firstHeartbeatMs)} after it was told to: it is waited for, and the role goes on meanwhile.`,
      ),
    creationIsLong: () =>
      tell(`The drives of the VM are being made for ${wholeSeconds(timings.longWaitMs)}; they are waited for without limit.`),
    service: (event) => {
      if (event.type === 'service.started' && event.service === guestAgent) agent = nameOf(event);
      if (event.type === 'service.overdue') tell(overdueText(event, timings, agentLog));
    },
  };
}

const guestAgent = 'WindowsAzureGuestAgent';

function overdueText(event: Extract<ServiceEvent, { type: 'service.overdue' }>, { serviceStopMs }: Timings, agentLog: string): string {
  if (event.after === 'kill')
    return `${nameOf(event)} was killed and has not ended after ${wholeSeconds(serviceStopMs)}; the VM is ended without it.`;
  const text = `${nameOf(event)} has not stopped ${wholeSeconds(serviceStopMs)} after it was told to; it is killed.`;
  return event.service === guestAgent ? withLastLines(text, agentLog) : text;
}

function nameOf({ service, process }: { readonly service: string; readonly process: { readonly pid: number } | undefined }): string {
  return process === undefined ? service : `${service} (${process.pid})`;
}
