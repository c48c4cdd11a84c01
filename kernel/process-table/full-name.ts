import { processTable } from './system.ts';
import type { ProcessEntry } from './types.ts';

/**
 * The name of a process as its command line tells it, where the system's own says less: Linux cuts `WindowsAzureGuestAgent` to 15
 * characters, and calls a program run by Node `node` until the program has given itself a title.
 */
export function fullName(entry: Pick<ProcessEntry, 'pid' | 'name'>): string {
  if (entry.name.length < 15 && !runtimeNames.has(entry.name)) return entry.name;
  const program =
    processTable
      .commandLine(entry.pid)[0]
      ?.replace(/^.*[\\/]/, '')
      .split(' ')[0] ?? '';
  if (runtimeNames.has(entry.name)) return program || entry.name;
  return program.startsWith(entry.name) ? program : entry.name;
}

// Newer releases of Node name their first thread.
const runtimeNames: ReadonlySet<string> = new Set(['node', 'MainThread', 'node-MainThread']);
