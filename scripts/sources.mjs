import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The layers of design.md section 1, top row first: a folder imports only from rows below it, and siblings never import each other. */
export const layers = [
  ['cli', 'portal'],
  ['rehearsal'],
  ['taskmgr'],
  ['control'],
  ['fabric'],
  ['agents', 'bootstrapper', 'hosts'],
  ['model', 'sandbox', 'runtime'],
  ['kernel'],
  ['logs'],
  ['contracts'],
];

/** Run data that a clone keeps inside the folders of the source. */
const runData = ['sandbox/run', 'logs/run'];

/**
 * The TypeScript files of the product, relative to the root with forward slashes, in a stable order.
 *
 * @param {string} root folder of the clone
 * @returns {string[]}
 */
export function sourceFiles(root) {
  return layers.flat().flatMap((folder) => filesUnder(root, folder, '.ts'));
}

/**
 * @param {string} root
 * @param {string} folder relative to the root
 * @param {string} extension with its dot
 * @returns {string[]} relative to the root with forward slashes, sorted; empty when the folder is absent
 */
export function filesUnder(root, folder, extension) {
  /** @type {string[]} */
  const found = [];
  const pending = [folder];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (runData.includes(next)) continue;
    for (const entry of entriesOf(join(root, next))) {
      const path = `${next}/${entry.name}`;
      if (entry.isDirectory()) pending.push(path);
      else if (entry.name.endsWith(extension)) found.push(path);
    }
  }
  return found.sort();
}

/** @param {string} folder */
function entriesOf(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
