import { statSync } from 'node:fs';
import { emulatorMs } from '../contracts/timings-of-the-emulator.ts';
import { type Tail, tailFile } from '../logs/tail.ts';
import type { LogFile } from './log-files.ts';
import { type LogLine, mergedLines, stampOf, timedLines, type Written } from './merge-lines.ts';

/** The lines of a log as it is now. */
export function readLog(file: LogFile): readonly LogLine[] {
  const lines: string[] = [];
  tailFile(file.hostPath, (line) => lines.push(line)).close();
  return timedLines(file, lines, writtenIn(file));
}

export interface Following {
  /** Called once with what there is. */
  before(lines: readonly LogLine[]): void;
  /** Called with each line that is written later. */
  now(line: LogLine): void;
}

/**
 * Follows logs until the process ends, those that appear later from their first line on.
 *
 * @param find names the files that are wanted now
 */
export function followLogs(find: () => readonly LogFile[], following: Following): void {
  const tails = new Map<string, Tail>();
  const follow = (file: LogFile, onLine: (line: string) => void) => {
    tails.set(file.hostPath, tailFile(file.hostPath, onLine));
  };
  const live = (file: LogFile) => (line: string) => {
    const stamp = stampOf(line);
    following.now({ file, line, time: stamp ?? Date.now(), stamped: stamp !== undefined });
  };
  const backlogs = find().map((file) => {
    const lines: string[] = [];
    let isBacklog = true;
    follow(file, (line) => (isBacklog ? lines.push(line) : live(file)(line)));
    isBacklog = false;
    return timedLines(file, lines, writtenIn(file));
  });
  following.before(mergedLines(backlogs));
  setInterval(() => {
    for (const file of find()) if (!tails.has(file.hostPath)) follow(file, live(file));
  }, emulatorMs.newLogs);
}

function writtenIn(file: LogFile): Written {
  const stats = statSync(file.hostPath, { throwIfNoEntry: false });
  return { first: stats?.birthtimeMs || stats?.mtimeMs || 0, last: stats?.mtimeMs ?? 0 };
}
