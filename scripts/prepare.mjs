import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildKey, isBuilt } from './build-key.mjs';
import { install } from './install.mjs';
import { linkCommand } from './link-command.mjs';

/**
 * Brings a clone to where it can run: packages installed, `dist` built. When nothing is to be done, nothing is started.
 *
 * @param {string} root folder of the clone
 * @returns {Promise<boolean>} false when it could not; the reason has been printed
 */
export async function prepare(root) {
  if (!(await install(root))) return false;
  if (!isBuilt(root, buildKey(root)) && !(await run(join(root, 'scripts/build.mjs'), root))) return false;
  linkCommand(root);
  return true;
}

/**
 * In a process of its own, so that the compiler does not stay in the memory of a command that runs for hours.
 *
 * @param {string} script
 * @param {string} cwd
 * @returns {Promise<boolean>} whether it ended well
 */
function run(script, cwd) {
  const child = spawn(process.execPath, [script], { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  return new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('close', (code) => resolve(code === 0));
  });
}
