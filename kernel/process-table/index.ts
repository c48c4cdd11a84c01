import { processTable } from './system.ts';
import type { ProcessEntry } from './types.ts';

export { ancestors, descendants } from './descendants.ts';
export { findByMarker, type Marker } from './find-by-marker.ts';
export { fullName } from './full-name.ts';
export { isAlive, killIdentity, processIdentity } from './identity.ts';
export type { ProcessEntry, ProcessIdentity } from './types.ts';

/** Every process of the machine that may be seen, those that have ended and are not reaped included. */
export function listProcesses(): ProcessEntry[] {
  return processTable.list();
}

/** One process; undefined when there is none with this pid. */
export function readProcess(pid: number): ProcessEntry | undefined {
  return processTable.read(pid);
}

/** A variable that it was started with; undefined when it had none of that name, or its environment may not be read. */
export function startedWith(pid: number, name: string): string | undefined {
  const prefix = `${name}=`;
  return processTable
    .environment(pid)
    .find((variable) => variable.startsWith(prefix))
    ?.slice(prefix.length);
}

/** Words of its command line; empty when it may not be read. */
export function commandLine(pid: number): readonly string[] {
  return processTable.commandLine(pid);
}

/** Host paths of what it has open, of its program and of its working directory; empty where they may not be read, and always but on Linux. */
export function openFiles(pid: number): readonly string[] {
  return processTable.openFiles(pid);
}
