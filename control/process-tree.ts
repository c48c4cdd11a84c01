import type { PsEntry } from '../contracts/control-api.ts';

/** A process with its place in the tree of its instance. */
export interface TreeRow {
  readonly entry: PsEntry;
  /** 0 for a process whose parent is none of the instance's. */
  readonly depth: number;
  /** For each level down to this one: is it the last child there? Enough to draw the lines. */
  readonly lastAt: readonly boolean[];
}

/**
 * The processes as trees, instance by instance, each parent before its children, siblings in order of start.
 * A process whose parent has ended stands at depth 0: it is shown as the orphan that it is.
 */
export function treeRows(entries: readonly PsEntry[]): readonly TreeRow[] {
  const instances = [...new Set(entries.map((entry) => entry.instance))].sort(byNumber);
  return instances.flatMap((instance) => instanceRows(entries.filter((entry) => entry.instance === instance)));
}

/** The name of a row behind the lines that lead to it: `│  └─ WaWorkerHost`. */
export function treeLabel(row: TreeRow, label: string): string {
  if (row.depth === 0) return label;
  const above = row.lastAt.slice(1, -1).map((last) => (last ? '   ' : '│  '));
  return `${above.join('')}${row.lastAt.at(-1) === true ? '└─ ' : '├─ '}${label}`;
}

function instanceRows(entries: readonly PsEntry[]): readonly TreeRow[] {
  const pids = new Set(entries.map((entry) => entry.pid));
  const isRoot = (entry: PsEntry) => entry.ppid === entry.pid || !pids.has(entry.ppid);
  const rows = rowsOf(entries, entries.filter(isRoot), []);
  // A pid used anew between two looks can make two processes each other's parent; they are shown all the same.
  const shown = new Set(rows.map((row) => row.entry));
  const circular = entries.filter((entry) => !shown.has(entry)).map((entry) => ({ entry, depth: 0, lastAt: [true] }));
  return [...rows, ...circular];
}

function rowsOf(all: readonly PsEntry[], siblings: readonly PsEntry[], lastAt: readonly boolean[]): readonly TreeRow[] {
  const ordered = [...siblings].sort((a, b) => a.startedAt.localeCompare(b.startedAt) || a.pid - b.pid);
  return ordered.flatMap((entry, index) => {
    const path = [...lastAt, index === ordered.length - 1];
    const children = all.filter((child) => child.ppid === entry.pid && child.pid !== entry.pid);
    return [{ entry, depth: lastAt.length, lastAt: path }, ...rowsOf(all, children, path)];
  });
}

function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
