import type { ChildProcess } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { readProcess } from '../process-table/index.ts';

/**
 * Which children Node itself waits for. Taking the end of one of them from the system would leave Node waiting for ever: its
 * `exit` event would never come.
 */

const started = new Set<ChildProcess>();
const told = new Set<number>();
let tracking = false;

/** From now on every child that this thread starts through node:child_process is known as its own. */
export function trackOwnChildren(): void {
  if (tracking) return;
  tracking = true;
  // Published while the object is made: it has no pid yet, and no listener is put on it that could hide an error from others.
  subscribe('child_process', (message) => {
    started.add((message as { process: ChildProcess }).process);
  });
}

/** Declares a child to be one that somebody else in this process waits for. */
export function own(pid: number): void {
  told.add(pid);
}

/** The pids that Node or others in this process wait for. */
export function ownPids(): ReadonlySet<number> {
  for (const pid of told) {
    // Gone, or its number is another's by now.
    if (readProcess(pid)?.ppid !== process.pid) told.delete(pid);
  }
  for (const child of started) {
    const ended = child.exitCode !== null || child.signalCode !== null;
    // Without a pid the start has failed.
    if (child.pid === undefined || ended) started.delete(child);
  }
  return new Set([...told, ...[...started].flatMap((child) => child.pid ?? [])]);
}
