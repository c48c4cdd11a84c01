import { processTable } from './system.ts';
import type { ProcessEntry } from './types.ts';

/** The name of a process, uncut where its command line still tells it: Linux holds 15 characters of `WindowsAzureGuestAgent`. */
export function fullName(entry: Pick<ProcessEntry, 'pid' | 'name'>): string {
  if (entry.name.length < 15) return entry.name;
  const program =
    processTable
      .commandLine(entry.pid)[0]
      ?.replace(/^.*[\\/]/, '')
      .split(' ')[0] ?? '';
  return program.startsWith(entry.name) ? program : entry.name;
}
