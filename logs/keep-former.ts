import { readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Files kept beside the current one. Counting them counts recycles (AB 7.1), so there are many; their number is I. */
const keptFiles = 100;

/**
 * Moves a log away under the next number, the highest the youngest. A folder that is missing is made with the first line of the next
 * log; where nothing can be moved the next one goes on at the end of this.
 *
 * @param file host path of what is to be moved, if it is there
 * @param numbered host path of those that were moved before, without their numbers
 */
export function keepFormer(file: string, numbered: string): void {
  try {
    moveAndForget(file, numbered);
  } catch {
    // As said above.
  }
}

function moveAndForget(file: string, numbered: string): void {
  const folder = dirname(file);
  const prefix = basename(numbered);
  const names = readdirSync(folder);
  const numbers = names
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .map((name) => ({ name, number: Number(name.slice(prefix.length)) }))
    .sort((a, b) => a.number - b.number);
  if (names.includes(basename(file))) {
    const name = prefix + String((numbers.at(-1)?.number ?? 0) + 1).padStart(3, '0');
    renameSync(file, join(folder, name));
    numbers.push({ name, number: Number.POSITIVE_INFINITY });
  }
  for (const { name } of numbers.slice(0, -keptFiles)) rmSync(join(folder, name), { force: true });
}
