import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Puts the clone's own command where npx looks first. npx would find it through package.json as well, but when it was called before
 * the first build it keeps a copy of "there is none" in its cache for ever.
 *
 * @param {string} root folder of the clone
 */
export function linkCommand(root) {
  const bin = join(root, 'node_modules/.bin');
  mkdirSync(bin, { recursive: true });
  // Not tried on Windows yet: npm itself writes such a file for each command there.
  if (process.platform === 'win32') return writeIfOther(join(bin, 'rolevm.cmd'), '@node "%~dp0\\..\\..\\dist\\rolevm.cjs" %*\r\n');
  const program = join(root, 'dist/rolevm.cjs');
  chmodSync(program, 0o755);
  try {
    symlinkSync('../../dist/rolevm.cjs', join(bin, 'rolevm'));
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
  }
}

/**
 * @param {string} file
 * @param {string} content
 */
function writeIfOther(file, content) {
  try {
    if (readFileSync(file, 'utf8') === content) return;
  } catch {
    rmSync(file, { force: true });
  }
  writeFileSync(file, content);
}
