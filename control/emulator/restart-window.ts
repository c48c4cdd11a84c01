import type { KnownProcess } from '../../agents/host-agent/process-registry.ts';
import type { InstanceEntry } from '../../contracts/control-api.ts';
import { timeOfDay } from '../time-of-day.ts';
import type { Feed } from './feed.ts';
import type { LoadedFiles } from './loaded-files.ts';

export interface RestartWindow {
  status(instance: InstanceEntry): void;
  /** To be called when `loaded` has forgotten the process. */
  ended(instance: string, process: KnownProcess): void;
}

/**
 * Tells once for each window when the last holder of the role's files has ended: from then on they can be replaced.
 *
 * @param now wall-clock milliseconds
 */
export function restartWindow(feed: Feed, loaded: Pick<LoadedFiles, 'of'>, now: () => number = Date.now): RestartWindow {
  const restartAt = new Map<string, string | undefined>();
  const held = new Map<string, readonly string[]>();
  // The status that opens the window and the end of the host come in either order.
  const look = (instance: string) => {
    const until = restartAt.get(instance);
    const files = held.get(instance);
    if (until === undefined || files === undefined || loaded.of(instance).length > 0) return;
    held.delete(instance);
    // It was held to the last: the next host is on its way to load them.
    if (Date.parse(until) <= now()) return;
    const text = `${files.join(', ')} ${files.length === 1 ? 'is' : 'are'} free until ${timeOfDay(until)}`;
    feed.tell({ type: 'file', instance, text, freed: files });
  };
  return {
    status: (instance) => {
      restartAt.set(instance.name, instance.restartAt);
      if (instance.state === 'ReadyRole') held.delete(instance.name);
      look(instance.name);
    },
    ended: (instance, { holds = [] }) => {
      if (holds.length > 0) held.set(instance, holds);
      look(instance);
    },
  };
}
