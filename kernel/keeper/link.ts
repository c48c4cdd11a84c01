import { isAbsolute, parse } from 'node:path';
import type { Marker } from '../process-table/index.ts';

/** What the process under a keeper tells it: what is to be cleaned when the process itself cannot do it any more. */
export type ToKeeper =
  /** A file or a directory that must not stay behind, as an absolute path. */
  | { readonly type: 'keeper.remove'; readonly path: string }
  /** Variables that mark processes of this run, for systems where orphans get out of the keeper's sight. */
  | { readonly type: 'keeper.end'; readonly marker: Marker };

/** Tells the keeper above this process. @returns false where there is none */
export function tellKeeper(message: ToKeeper): boolean {
  // A keeper that has just gone is noticed by its disconnect, not by a failing message.
  return process.send?.(message, undefined, undefined, () => undefined) ?? false;
}

/** Calls `listener` once when the keeper is gone, also when it was killed. Where there is no keeper it is never called. */
export function onKeeperLost(listener: () => void): void {
  if (process.send !== undefined) process.once('disconnect', listener);
}

/** The message when it is one: anything else that comes down the channel is not for the keeper. */
export function readToKeeper(value: unknown): ToKeeper | undefined {
  const message = value as Partial<Record<'type' | 'path' | 'marker', unknown>> | null;
  if (typeof message !== 'object' || message === null) return undefined;
  const { type, path, marker } = message;
  if (type === 'keeper.remove' && typeof path === 'string' && isRemovable(path)) return { type, path };
  if (type === 'keeper.end' && isMarker(marker)) return { type, marker };
  return undefined;
}

function isRemovable(path: string): boolean {
  return isAbsolute(path) && parse(path).dir !== parse(path).root && !path.includes('\0');
}

function isMarker(value: unknown): value is Marker {
  return typeof value === 'object' && value !== null && Object.values(value).every((item) => typeof item === 'string');
}
