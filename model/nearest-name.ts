const maxLength = 60;

/**
 * What somebody probably meant by a name that is not among the known ones: the same in another case, or at most two slips away.
 *
 * @returns the known name, or undefined when none is near
 */
export function nearestName(text: string, known: Iterable<string>): string | undefined {
  if (text.length > maxLength) return undefined;
  let best: { name: string; slips: number } | undefined;
  for (const name of known) {
    if (name.length > maxLength) continue;
    const slips = name.toLowerCase() === text.toLowerCase() ? 0 : distance(text.toLowerCase(), name.toLowerCase());
    const allowed = Math.min(2, Math.floor(Math.min(text.length, name.length) / 3));
    if (slips <= allowed && (best === undefined || slips < best.slips)) best = { name, slips };
  }
  return best?.name;
}

/** Levenshtein distance with a swap of neighbours counting as one slip. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1;
      let cost = Math.min((last[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + same);
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        cost = Math.min(cost, (before[column - 2] ?? 0) + 1);
      }
      next.push(cost);
    }
    before = last;
    last = next;
  }
  return last[b.length] ?? 0;
}
