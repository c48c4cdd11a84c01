import { readFileSync } from 'node:fs';

/**
 * Memory that only this process has: what it has written to and shares with nobody.
 *
 * @returns megabytes
 * @throws Error where the system does not tell, or when there is no such process
 */
export function privateMegabytes(pid: number): number {
  const dirty = /^Private_Dirty:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))?.[1];
  if (dirty === undefined) throw new Error(`/proc/${pid}/smaps_rollup does not tell the private memory`);
  return Number(dirty) / 1_024;
}

/** @returns milliseconds for which the threads of the process have run so far */
export function cpuMilliseconds(pid: number): number {
  // Behind the name, which may hold blanks: utime and stime are the fields 14 and 15, in hundredths of a second.
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** @returns pids of the processes below this one, at any depth */
export function processesBelow(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean).map(Number);
  return children.flatMap((child) => [child, ...processesBelow(child)]);
}
