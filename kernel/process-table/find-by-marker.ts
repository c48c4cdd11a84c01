import { sessionMarker } from '../../contracts/deployment.ts';
import { processTable } from './system.ts';
import type { ProcessEntry } from './types.ts';

/** Environment variables that a process was started with: `{ RoleDeploymentID, RoleInstanceID }`. */
export type Marker = Readonly<Record<string, string>>;

/**
 * Every living process that was started with all variables of the marker, or stands in a session that such a process leads.
 *
 * A program that was given an empty environment and has left the session is not found, nor is one of another user, nor what a user has started in the environment
 * of a role (`rolevm rdp`). Nothing is found on Windows.
 *
 * @param table a listing made just now; without it one is made
 */
export function findByMarker(marker: Marker, table: readonly ProcessEntry[] = processTable.list()): ProcessEntry[] {
  const wanted = Object.entries(marker).map(([name, value]) => `${name}=${value}`);
  // A marker without variables would be everybody's.
  if (wanted.length === 0) return [];
  const marked = table.filter((entry) => {
    if (entry.state === 'Z') return false;
    const environment = processTable.environment(entry.pid);
    return wanted.every((variable) => environment.includes(variable)) && !environment.some((one) => one.startsWith(`${sessionMarker}=`));
  });
  const found = new Set(marked);
  const sessions = new Set(marked.flatMap(({ pid, session }) => (session === pid ? [session] : [])));
  return table.filter((entry) => found.has(entry) || (sessions.has(entry.session) && entry.state !== 'Z'));
}
