import type { InstanceEntry } from '../../contracts/control-api.ts';
import type { Timings } from '../../contracts/timings.ts';
import { limitIn, limitMs, type RoleLimit } from '../../fabric/role-limit.ts';
import type { AzureClock } from '../../kernel/clock.ts';
import { limitText } from '../limit-text.ts';
import type { Feed } from './feed.ts';

type LimitClock = Pick<AzureClock, 'setTimeout' | 'clearTimeout'>;

interface Counted {
  readonly limit: RoleLimit;
  readonly timer: unknown;
}

/**
 * Tells when an instance has taken the thirty minutes that it has to become Ready, or the five that it has to stop, at the moment at
 * which they are over.
 *
 * @param speed of the clock, for the sentence
 * @returns what has to hear each status of each instance
 */
export function limitWatch(
  feed: Feed,
  clock: LimitClock,
  timings: Pick<Timings, 'roleStartMs' | 'onStopMs'>,
  speed: number,
): (instance: Pick<InstanceEntry, 'name' | 'state'>) => void {
  const counted = new Map<string, Counted>();
  return ({ name: instance, state }) => {
    const before = counted.get(instance);
    const limit = limitIn(state, before?.limit);
    if (limit === before?.limit) return;
    if (before !== undefined) clock.clearTimeout(before.timer);
    counted.delete(instance);
    if (limit === undefined) return;
    const azureMs = limitMs(limit, timings);
    const tell = () => {
      const text = limitText({ limit, limitMs: azureMs, azureMs, outcome: 'goes on', speed });
      feed.tell({ type: 'notice', instance, text });
    };
    counted.set(instance, { limit, timer: clock.setTimeout(tell, azureMs) });
  };
}
