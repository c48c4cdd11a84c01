import { readFileSync } from 'node:fs';
import { childPids, type LibC } from './linux.ts';
import { ownPids } from './own-children.ts';

// Then the event loop has its turn.
const longestMs = 20;

/**
 * Kills every child of this process, adopted or own, and at once those that appear while it does so, then reaps the adopted ones.
 *
 * No process can hide from this below a subreaper. A child that ended stays a child until it is reaped here, and before it ended its
 * own children have become children here: while anything lives below, there is a child. A child's pid is nobody else's until it is
 * reaped, so it is killed without a look at its start time, within microseconds.
 *
 * @param spares whether a child is left alone
 * @param onKilled called with the pid of each, before it is reaped
 * @returns whether there is no child but the excluded ones
 */
export function huntDown(calls: LibC, spares: (pid: number) => boolean, onKilled: (pid: number) => void): boolean {
  const until = performance.now() + longestMs;
  const seen = new Set<number>();
  reapAll(calls, childPids());
  let children = childPids();
  for (;;) {
    const hunted = children.filter((pid) => !spares(pid));
    if (hunted.length === 0) return childPids().every(spares);
    const fresh = hunted.filter((pid) => !seen.has(pid));
    for (const pid of fresh) kill(pid);
    if (fresh.length === 0 || performance.now() > until) return false;
    for (const pid of fresh) {
      seen.add(pid);
      onKilled(pid);
    }
    // The number of one that is reaped may be given to a new child from here on.
    for (const pid of reapAll(calls, hunted)) seen.delete(pid);
    children = adoptedSoon();
  }
}

/** Reaps those of the children that have ended and are not Node's own. @returns their pids */
function reapAll(calls: LibC, children: readonly number[]): number[] {
  const owned = ownPids();
  return children.filter((pid) => !owned.has(pid) && calls.reap(pid) !== undefined);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Another user's: it stays, and the caller tells.
  }
}

/** Orphans go to the first thread: its list alone is read in a tenth of the time. */
function adoptedSoon(): number[] {
  try {
    return readFileSync(`/proc/self/task/${process.pid}/children`, 'latin1').split(' ').filter(Boolean).map(Number);
  } catch {
    return childPids();
  }
}
