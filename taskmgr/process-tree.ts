import type { PsEntry } from '../contracts/control-api.ts';
import { withoutExe } from '../contracts/process-names.ts';
import { treeRows } from '../control/process-tree.ts';

/** A line of the task manager: a process, its place in the tree, and what it and everything below it take. Nothing is drawn here. */
export interface ProcessRow {
  readonly entry: PsEntry;
  readonly depth: number;
  /** As in TreeRow: for each level down to this one, is it the last child there? */
  readonly lastAt: readonly boolean[];
  /** Processes below it. */
  readonly descendants: number;
  /** Percent of one core, itself and everything below. */
  readonly treeCpu: number;
  /** Resident bytes, itself and everything below. */
  readonly treeMemory: number;
}

export interface ProcessFilter {
  readonly instance?: string;
  /** Name, with or without .exe, in any case: such processes with everything below them. */
  readonly name?: string;
}

/** The processes as rows in the order of the tree, instance by instance. */
export function processRows(entries: readonly PsEntry[], filter: ProcessFilter = {}): readonly ProcessRow[] {
  const inInstance = entries.filter((entry) => filter.instance === undefined || sameName(entry.instance, filter.instance));
  const rows = treeRows(inInstance);
  const withTotals = rows.map((row, index): ProcessRow => {
    const below = subtreeOf(rows, index);
    return {
      ...row,
      descendants: below.length - 1,
      treeCpu: below.reduce((sum, { entry }) => sum + entry.cpu, 0),
      treeMemory: below.reduce((sum, { entry }) => sum + entry.memory, 0),
    };
  });
  const { name } = filter;
  return name === undefined ? withTotals : namedSubtrees(withTotals, name);
}

/** The row and those below it: the rows that follow, as long as they are deeper. */
function subtreeOf<Row extends { readonly depth: number }>(rows: readonly Row[], index: number): readonly Row[] {
  const depth = rows[index]?.depth ?? 0;
  const end = rows.findIndex((row, other) => other > index && row.depth <= depth);
  return rows.slice(index, end === -1 ? rows.length : end);
}

function namedSubtrees(rows: readonly ProcessRow[], name: string): readonly ProcessRow[] {
  const chosen: ProcessRow[] = [];
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index];
    if (row === undefined || !sameName(withoutExe(row.entry.name), withoutExe(name))) continue;
    const subtree = subtreeOf(rows, index);
    chosen.push(...subtree.map((below) => ({ ...below, depth: below.depth - row.depth, lastAt: below.lastAt.slice(row.depth) })));
    index += subtree.length - 1;
  }
  return chosen;
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
