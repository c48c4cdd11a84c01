export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  const lower = sorted[sorted.length % 2 === 1 ? middle : middle - 1];
  if (upper === undefined || lower === undefined) throw new Error('nothing was measured');
  return (lower + upper) / 2;
}

/** Runs each measurement in turn, again and again, so that what else the machine does meets them all alike. @returns all results by name */
export async function alternate<Name extends string>(
  measurements: Readonly<Record<Name, () => Promise<number>>>,
  runs: number,
): Promise<Readonly<Record<Name, readonly number[]>>> {
  const names = Object.keys(measurements) as Name[];
  const results = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let run = 0; run < runs; run++) for (const name of names) results[name].push(await measurements[name]());
  return results;
}

export interface Row {
  readonly what: string;
  readonly measured: string;
  /** What it is held against, such as the floor. */
  readonly against: string;
  /** The number that the aim is about. */
  readonly figure: number;
  readonly unit: string;
  readonly aim: number;
}

/** Prints the figures with the aim beside each. */
export function printRows(title: string, rows: readonly Row[]): void {
  const cells = rows.map(({ what, measured, against, figure, unit, aim }) => [
    what,
    measured,
    against,
    `${figure.toFixed(2)}${unit}`,
    `≤ ${aim}${unit}`,
    figure <= aim ? 'met' : 'missed',
  ]);
  const table = [['', 'measured', 'against', 'figure', 'aim', ''], ...cells];
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  const lines = table.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
  process.stdout.write(`${title}\n${lines.join('\n')}\n\n`);
}

export function milliseconds(ms: number): string {
  return `${ms.toFixed(0)} ms`;
}
