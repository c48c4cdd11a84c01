import { basename, dirname } from 'node:path';
import { FileFollower } from './file-follower.ts';
import { watchDirectory } from './watch-directory.ts';

export interface TailOptions {
  /** Passes over what is in the file now. */
  readonly fromEnd?: boolean;
  /** Called when the following has ended by itself, with UserError RV3201. Without it the error is thrown. */
  readonly onError?: (error: Error) => void;
}

export interface Tail {
  /** Gives what was written up to now, a last line without end included, then ends. Called from within `onLine` it ends at once. */
  close(): void;
}

/**
 * Follows a text file line by line, from its first line on: over its creation later, truncation, and rotation (the new file is
 * read from its start). Lines over 64 KB are given cut.
 *
 * @param onLine called with each line without its end; the first calls are made before this function returns
 */
export function tailFile(file: string, onLine: (line: string) => void, { fromEnd = false, onError = rethrow }: TailOptions = {}): Tail {
  const follower = new FileFollower(file, onLine);
  const name = basename(file);
  if (fromEnd) follower.skipToEnd();
  const stopWatching = watchDirectory(
    dirname(file),
    (changed) => {
      if (changed === undefined || changed === name) follower.follow();
    },
    onError,
  );
  // After the watch is set, so that nothing is written unseen in between.
  follower.follow();
  return {
    close() {
      stopWatching();
      follower.close();
    },
  };
}

function rethrow(error: Error): never {
  throw error;
}
