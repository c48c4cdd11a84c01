import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { filesUnder, sourceFiles } from './sources.mjs';

/** What a build depends on besides the sources; the lock file stands for the versions of everything bundled. */
const otherInputs = ['package.json', 'package-lock.json', 'tsconfig.json'];

/** Where the last build wrote down what it was made from. */
export const stampPath = '.cache/build.json';

/**
 * One hash over the content of everything a build reads.
 *
 * @param {string} root folder of the clone
 * @returns {string}
 */
export function buildKey(root) {
  const hash = createHash('sha256').update(process.platform);
  for (const path of [...otherInputs, ...filesUnder(root, 'scripts', '.mjs'), ...sourceFiles(root)]) {
    const content = readFileSync(join(root, path));
    hash.update(`\n${path} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

/**
 * Whether `dist` holds what a build from these inputs would make. Content decides about inputs, since git sets times as it likes;
 * size and time decide about outputs, which nobody edits.
 *
 * @param {string} root folder of the clone
 * @param {string} key of the inputs as they are now
 * @returns {boolean}
 */
export function isBuilt(root, key) {
  try {
    const stamp = JSON.parse(readFileSync(join(root, stampPath), 'utf8'));
    return stamp.key === key && Object.entries(stamp.outputs).every(([name, print]) => outputPrint(root, name) === print);
  } catch {
    return false;
  }
}

/**
 * @param {string} root
 * @param {string} name of a file, relative to `dist`
 * @returns {string} tells whether the file is still the one that was written
 */
export function outputPrint(root, name) {
  const { size, mtimeMs } = statSync(join(root, 'dist', name));
  return `${size} ${mtimeMs}`;
}
