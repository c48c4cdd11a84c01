/** What is needed of a process to find its place in the tree. */
interface TreeEntry {
  readonly pid: number;
  readonly ppid: number;
}

/**
 * Every process below `root`, parents before their children.
 *
 * @param prune a process for which it is true is left out together with everything below it
 */
export function descendants<Entry extends TreeEntry>(root: number, table: readonly Entry[], prune?: (entry: Entry) => boolean): Entry[] {
  const children = new Map<number, Entry[]>();
  for (const entry of table) {
    const siblings = children.get(entry.ppid);
    if (siblings === undefined) children.set(entry.ppid, [entry]);
    else siblings.push(entry);
  }
  const found: Entry[] = [];
  const seen = new Set([root]);
  const waiting = [root];
  for (let parent = waiting.pop(); parent !== undefined; parent = waiting.pop()) {
    for (const child of children.get(parent) ?? []) {
      // A table read while processes come and go may hold a circle.
      if (seen.has(child.pid) || prune?.(child) === true) continue;
      seen.add(child.pid);
      found.push(child);
      waiting.push(child.pid);
    }
  }
  return found;
}

/** The pids above `pid`, nearest first, up to the first process that is not in the table. */
export function ancestors(pid: number, table: readonly TreeEntry[]): number[] {
  const parents = new Map(table.map((entry) => [entry.pid, entry.ppid]));
  const found: number[] = [];
  for (let parent = parents.get(pid); parent !== undefined && parent !== 0 && !found.includes(parent); parent = parents.get(parent)) {
    found.push(parent);
  }
  return found;
}
