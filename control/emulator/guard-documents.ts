import { readFileSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { writeAtomically } from '../../kernel/write-atomically.ts';
import { watchDirectory } from '../../logs/watch-directory.ts';
import type { Feed } from './feed.ts';

/**
 * Writes the emulator's own documents anew when somebody else has damaged or removed one: by them commands find the emulator, the
 * processes of a VM know what they are, and the next `up` goes on.
 *
 * @param feed is told of each that was written anew
 * @param files their paths; one that is not there yet is looked after once it is
 * @returns how to end it
 */
export function guardDocuments(feed: Feed, files: readonly string[]): () => void {
  const look = lookAfter(files, (text) => feed.tell({ type: 'notice', text }));
  const names = new Set(files.map((file) => basename(file)));
  const changed = (name?: string) => {
    if (name === undefined || names.has(name)) look();
  };
  // Where the system has no more watches to give, the changes of statuses have to do.
  const watches = [...new Set(files.map((file) => dirname(file)))].map((directory) => watchDirectory(directory, changed, () => {}));
  // Documents are written when something happens: who damages one soon after that does not come first.
  const stop = feed.follow(({ type }) => {
    if (type === 'status') look();
  });
  look();
  return () => {
    for (const close of watches) close();
    stop();
  };
}

interface Known {
  readonly content: string;
  readonly mode: number;
}

/** One look after another. Owners write their documents as a whole, so what can be read is right, whoever has written it. */
export function lookAfter(files: readonly string[], tell: (text: string) => void): () => void {
  const known = new Map<string, Known>();
  return () => {
    for (const file of files) {
      const last = known.get(file);
      const found = read(file);
      if (found !== undefined && found === last?.content) continue;
      if (found !== undefined && isDocument(found)) known.set(file, { content: found, mode: statSync(file).mode & 0o777 });
      else if (last !== undefined && restore(file, last)) {
        tell(`${basename(file)} was ${found === undefined ? 'removed' : 'damaged'} by somebody else; it is written anew`);
      }
    }
  };
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function isDocument(text: string): boolean {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

/** Its folder may be gone on purpose. */
function restore(file: string, { content, mode }: Known): boolean {
  try {
    writeAtomically(file, content, { mode });
    return true;
  } catch {
    return false;
  }
}
