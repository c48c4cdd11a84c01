import { readdirSync, readFileSync } from 'node:fs';
import { listProcesses } from '../process-table/index.ts';

/** The calls of the C library that Node does not offer. */
export interface LibC {
  /** @returns whether orphans below this process now become its children */
  readonly setChildSubreaper: () => boolean;
  /** Takes a child's end from the system if it has ended. @returns its status as waitpid gives it, undefined when it has not ended */
  readonly reap: (pid: number) => number | undefined;
}

let loaded: LibC | undefined | false;

/** Loads the C library through koffi, about 5 ms and 1 MB the first time; undefined where koffi is not there. */
export function libC(): LibC | undefined {
  loaded ??= loadLibC() ?? false;
  return loaded === false ? undefined : loaded;
}

function loadLibC(): LibC | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    // An ordinary import would be loaded by every process that knows this file; a missing binary for this machine must not end it.
    const koffi = require('koffi') as typeof import('koffi');
    const library = koffi.load(null);
    const prctl = library.func('int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)');
    const waitpid = library.func('int waitpid(int pid, _Out_ int *status, int options)');
    return {
      setChildSubreaper: () => prctl(setChildSubreaperOption, 1, 0, 0, 0) === 0,
      reap: (pid) => {
        const status = [0];
        return waitpid(pid, status, doNotHang) === pid ? status[0] : undefined;
      },
    };
  } catch {
    return undefined;
  }
}

// PR_SET_CHILD_SUBREAPER of <sys/prctl.h> and WNOHANG of <sys/wait.h>.
const setChildSubreaperOption = 36;
const doNotHang = 1;

/** Pids of this process's children, adopted ones and those that have ended and are not reaped included. */
export function childPids(): number[] {
  try {
    // Each thread has its own list: about 0.1 ms in all, where listing every process takes milliseconds.
    return readdirSync('/proc/self/task').flatMap((thread) =>
      readFileSync(`/proc/self/task/${thread}/children`, 'latin1').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    // A kernel without CONFIG_PROC_CHILDREN, or a thread that ended in between.
    return listProcesses().flatMap((entry) => (entry.ppid === process.pid ? [entry.pid] : []));
  }
}
