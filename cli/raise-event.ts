import type { StateFile } from '../contracts/control-api.ts';
import { UserError } from '../contracts/diagnostic.ts';
import type { VmEventName } from '../contracts/events.ts';
import type { InstanceStatus } from '../contracts/instance-status.ts';
import type { RaiseRequest, RaiseResult } from '../contracts/raise.ts';
import { emulatorMs } from '../contracts/timings-of-the-emulator.ts';
import { openFeed, request } from '../control/client.ts';

/**
 * Lets an event happen, and returns when it has begun: a wait for Ready that follows means the next start then.
 *
 * @param waitMs wait as long for its end too: Ready again, or StoppedVM after `stop`; real milliseconds
 * @throws UserError RV6401 when an instance does not begin, or is not through in time; RV4102 when the emulator ends first
 */
export async function raiseEvent(emulator: StateFile, asked: RaiseRequest, waitMs?: number): Promise<RaiseResult> {
  const over = new AbortController();
  const feed = await openFeed(emulator, over.signal);
  const expire = () => over.abort();
  let timer = setTimeout(expire, emulatorMs.eventBegun);
  try {
    const result = await request(emulator, 'POST /event', asked);
    const all = [...result.instances, ...(result.later ?? [])];
    const beginning = new Set(waitMs === undefined ? result.instances : all);
    const ending = new Set(waitMs === undefined ? [] : all);
    const restsIn = asked.event === 'stop' ? 'StoppedVM' : 'ReadyRole';
    if (waitMs !== undefined) {
      clearTimeout(timer);
      timer = setTimeout(expire, waitMs);
    }
    for await (const item of feed) {
      if (item.type !== 'status') continue;
      const { name, state } = item.instance;
      if (hasBegun(asked.event, state)) beginning.delete(name);
      if (state === restsIn && !beginning.has(name)) ending.delete(name);
      if (beginning.size === 0 && ending.size === 0) return result;
    }
    if (!over.signal.aborted)
      throw new UserError('RV4102', `the emulator has ended before ${asked.event} was through`, 'start it with rolevm up');
    throw late(asked.event, beginning, ending);
  } finally {
    clearTimeout(timer);
    over.abort();
  }
}

/** What was not Ready when it was told is on its way already; whose agent is silent has not even heard of it. */
function hasBegun(event: VmEventName, state: InstanceStatus): boolean {
  return event === 'start' ? state !== 'StoppedVM' : state !== 'ReadyRole' && state !== 'UnresponsiveRole';
}

function late(event: VmEventName, beginning: ReadonlySet<string>, ending: ReadonlySet<string>): UserError {
  const mend = 'see rolevm status, rolevm ps and rolevm logs --file WaAppAgent';
  return beginning.size > 0
    ? new UserError('RV6401', `${[...beginning].join(', ')} was told of ${event} and has not begun`, mend)
    : new UserError('RV6401', `${[...ending].join(', ')} is not through with ${event} in time`, mend);
}
