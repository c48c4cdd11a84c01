import { readProcess } from '../process-table/index.ts';
import { huntDown } from './hunt-down.ts';
import { childPids, libC } from './linux.ts';
import { own, ownPids, trackOwnChildren } from './own-children.ts';

export { own } from './own-children.ts';

let subreaper = false;

/**
 * Makes this process the parent of every orphan that appears below it, however it was detached (double fork, setsid, empty
 * environment). Processes that were started before are covered as well. Costs about 5 ms the first time.
 *
 * @returns false where the system cannot do it: then markers and process groups have to do
 */
export function becomeSubreaper(): boolean {
  if (subreaper) return true;
  trackOwnChildren();
  // Nothing can have been adopted yet: whoever is a child now was started here.
  if (process.platform === 'linux') childPids().forEach(own);
  subreaper = libC()?.setChildSubreaper() ?? false;
  return subreaper;
}

let soon = false;

/**
 * Makes this process a subreaper that reaps, as soon as the start under way is through: loading what it takes would hold that start up,
 * and the process that was started needs longer to boot than this takes.
 */
export function adoptOrphansSoon(): void {
  if (soon) return;
  soon = true;
  setImmediate(() => {
    becomeSubreaper();
    reapAdopted();
  });
}

/** Children that this process started itself: all of them where it is no subreaper. */
export function ownChildPids(): number[] {
  const children = childPids();
  const owned = ownPids();
  return subreaper ? children.filter((pid) => owned.has(pid)) : children;
}

/** Children that were started somewhere below and lost their parent, those that have ended and are not reaped included. */
export function adoptedPids(): number[] {
  if (!subreaper) return [];
  const children = childPids();
  const owned = ownPids();
  return children.filter((pid) => !owned.has(pid));
}

/**
 * Takes the end of adopted children from the system, now and whenever one ends. Otherwise each would stay in the process table
 * as long as this process lives: Node waits only for children that it started.
 *
 * @param onReaped called with the pid of each
 * @returns how to stop it; false where this process is no subreaper
 */
export function reapAdopted(onReaped?: (pid: number) => void): (() => void) | false {
  if (!subreaper) return false;
  let scheduled = false;
  const reap = () => {
    if (scheduled) return;
    scheduled = true;
    // Signals come in bursts: one look per turn of the event loop.
    setImmediate(() => {
      scheduled = false;
      for (const pid of reapEnded()) onReaped?.(pid);
    });
  };
  process.on('SIGCHLD', reap);
  reap();
  return () => {
    process.off('SIGCHLD', reap);
  };
}

/** Takes the end of those adopted children that have ended. @returns their pids */
function reapEnded(): number[] {
  const calls = libC();
  if (calls === undefined) return [];
  return adoptedPids().filter((pid) => readProcess(pid)?.state === 'Z' && calls.reap(pid));
}

/**
 * Kills every child of this process and whatever becomes one meanwhile, as a job is ended; nothing where this process is no subreaper.
 *
 * @param exclude pids of children that are left alone
 * @param onKilled called with the pid of each, before it is reaped
 * @returns whether there is no child left but the excluded ones: then nothing is alive below but what is below those
 */
export function huntChildren(exclude: ReadonlySet<number>, onKilled: (pid: number) => void): boolean {
  const calls = libC();
  return !subreaper || calls === undefined || huntDown(calls, exclude, onKilled);
}
