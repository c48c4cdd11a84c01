import type { InstanceEntry } from '../contracts/control-api.ts';
import { harmless } from '../control/colour.ts';
import { momentText } from '../control/feed-printer.ts';

/**
 * How long the restart window is still open, and whether the role host has let go of its files.
 *
 * @param now wall-clock milliseconds
 * @returns one sentence; none where no window is open
 */
export function windowText({ restartAt, loaded = [] }: Pick<InstanceEntry, 'restartAt' | 'loaded'>, now: number): readonly string[] {
  if (restartAt === undefined) return [];
  const files = loaded.map(({ file }) => harmless(file, false)).join(', ');
  return [`restart ${momentText(restartAt, now)}; ${files === '' ? 'no host holds a file' : `still held: ${files}`}`];
}
