import { readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { bootstrapperLine } from './formats/bootstrapper-line.ts';
import { type Log, openLog } from './open-log.ts';

/** Files kept beside the current one. Counting them counts recycles (AB 7.1), so there are many; their number is I. */
const keptFiles = 100;

/**
 * Opens WaHostBootstrapper.log as each bootstrapper does: a file of its own, while those of earlier starts are kept as
 * `WaHostBootstrapper.log.old.<nnn>`, the highest number the youngest (AB 7.1).
 *
 * @param file host path of WaHostBootstrapper.log
 */
export function openBootstrapperLog(file: string, options: { readonly pid?: number; readonly now?: () => number } = {}): Log {
  try {
    keepFormer(file);
  } catch {
    // A folder that is missing is made with the first line; one that cannot be changed gets its lines at the end of the old file.
  }
  return openLog({ ...options, file, format: bootstrapperLine });
}

function keepFormer(file: string): void {
  const folder = dirname(file);
  const prefix = `${basename(file)}.old.`;
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
