import { ancestors, descendants, findByMarker, type Marker, type ProcessEntry } from '../process-table/index.ts';

/** What belongs to the job of this process. On Linux that is everything below it; elsewhere group and marker find what was detached. */
export interface JobScope {
  /** Pids that are left alone together with everything below them. */
  readonly exclude?: Iterable<number>;
  /** Whether a child that was adopted from somewhere below is left alone with everything below it: not every orphan here is of this job. */
  readonly spares?: (pid: number) => boolean;
  /** Whoever was started with these variables is a member wherever it stands in the tree, with everything below it. */
  readonly marker?: Marker;
  /** Whoever is in this process group is a member, with everything below it. */
  readonly processGroup?: number;
}

/**
 * The living members of the job of this process, the youngest first.
 *
 * @param table a listing made just now
 */
export function jobMembers(scope: JobScope, table: readonly ProcessEntry[]): ProcessEntry[] {
  const left = new Set([process.pid, ...ancestors(process.pid, table)]);
  const { spares } = scope;
  const spared = spares === undefined ? [] : table.filter(({ pid, ppid }) => ppid === process.pid && spares(pid));
  const excluded = new Set([...(scope.exclude ?? []), ...spared.map(({ pid }) => pid)]);
  for (const root of [...excluded]) {
    for (const entry of descendants(root, table)) excluded.add(entry.pid);
  }
  const found = new Set(descendants(process.pid, table));
  for (const root of detached(scope, table)) {
    if (excluded.has(root.pid) || left.has(root.pid)) continue;
    found.add(root);
    for (const entry of descendants(root.pid, table)) found.add(entry);
  }
  return [...found]
    .filter((entry) => !left.has(entry.pid) && !excluded.has(entry.pid) && entry.state !== 'Z' && entry.state !== 'X')
    .sort((a, b) => b.startedAtMs - a.startedAtMs || b.pid - a.pid);
}

function detached(scope: JobScope, table: readonly ProcessEntry[]): ProcessEntry[] {
  const group = scope.processGroup === undefined ? [] : table.filter((entry) => entry.pgid === scope.processGroup);
  return scope.marker === undefined ? group : [...group, ...findByMarker(scope.marker, table)];
}
