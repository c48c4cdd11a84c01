import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { FileFollower } from './file-follower.ts';
import type { Tail, TailOptions } from './tail.ts';
import { watchDirectory } from './watch-directory.ts';

export interface TailDirectoryOptions extends TailOptions {
  /** Which files are followed, by name. Without it all but those that a log was moved to: `.old`, `.old.001`. */
  readonly filter?: (name: string) => boolean;
}

/**
 * Follows all files of a directory, those that appear later from their first line on, as `tailFile` does with one. Folders
 * inside it are not entered.
 *
 * @param onLine called with each line and the name of its file
 */
export function tailDirectory(
  directory: string,
  onLine: (line: string, name: string) => void,
  { fromEnd = false, filter = isNoFormerLog, onError = rethrow }: TailDirectoryOptions = {},
): Tail {
  const followers = new Map<string, FileFollower>();

  const follow = (name: string) => {
    if (!filter(name)) return;
    const follower = followers.get(name) ?? newFollower(name);
    follower?.follow();
    if (follower?.attached === false) followers.delete(name);
  };
  const newFollower = (name: string): FileFollower | undefined => {
    if (!statSync(join(directory, name), { throwIfNoEntry: false })?.isFile()) return undefined;
    const follower = new FileFollower(join(directory, name), (line) => onLine(line, name));
    followers.set(name, follower);
    return follower;
  };
  const followAll = () => {
    for (const name of new Set([...followers.keys(), ...namesIn(directory)])) follow(name);
  };

  if (fromEnd) for (const name of namesIn(directory)) if (filter(name)) newFollower(name)?.skipToEnd();
  const stopWatching = watchDirectory(directory, (name) => (name === undefined ? followAll() : follow(name)), onError);
  followAll();
  return {
    close() {
      stopWatching();
      // What appeared in this very moment belongs to it.
      for (const name of namesIn(directory)) if (filter(name) && !followers.has(name)) newFollower(name);
      for (const follower of followers.values()) follower.close();
      followers.clear();
    },
  };
}

function isNoFormerLog(name: string): boolean {
  return !/\.old(\.\d+)?$/.test(name);
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}

function rethrow(error: Error): never {
  throw error;
}
