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
 *
 * @param onReaped as for `reapAdopted`; of the first call
 */
export function adoptOrphansSoon(onReaped?: OnReaped): void {
  if (soon) return;
  soon = true;
  setImmediate(() => {
    becomeSubreaper();
    reapAdopted(onReaped);
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
 * @param onReaped called with the pid of each and its status as waitpid gives it
 * @returns how to stop it; false where this process is no subreaper
 */
export function reapAdopted(onReaped?: OnReaped): (() => void) | false {
  if (!subreaper) return false;
  let scheduled = false;
  const reap = () => {
    if (scheduled) return;
    scheduled = true;
    // Signals come in bursts: one look per turn of the event loop.
    setImmediate(() => {
      scheduled = false;
      for (const [pid, status] of reapEnded()) onReaped?.(pid, status);
    });
  };
  process.on('SIGCHLD', reap);
  reap();
  return () => {
    process.off('SIGCHLD', reap);
  };
}

type OnReaped = (pid: number, status: number) => void;

/** Takes the end of those adopted children that have ended. @returns their pids, each with its status */
function reapEnded(): [pid: number, status: number][] {
  const calls = libC();
  if (calls === undefined) return [];
  return adoptedPids().flatMap((pid) => {
    const status = readProcess(pid)?.state === 'Z' ? calls.reap(pid) : undefined;
    return status === undefined ? [] : [[pid, status] as [number, number]];
  });
}

/**
 * Kills every child of this process and whatever becomes one meanwhile, as a job is ended; nothing where this process is no subreaper.
 *
 * @param spares whether a child is left alone, asked of each as it appears
 * @param onKilled called with the pid of each, before it is reaped
 * @returns whether there is no child left but the spared ones: then nothing is alive below but what is below those
 */
export function huntChildren(spares: (pid: number) => boolean, onKilled: (pid: number) => void): boolean {
  const calls = libC();
  return !subreaper || calls === undefined || huntDown(calls, spares, onKilled);
}
