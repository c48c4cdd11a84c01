import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const retryMs = 200;

/**
 * Waits until this process alone holds the lock. The lock of a process that has died is taken over.
 *
 * @param {string} path of the lock file; its folder is made
 * @returns {Promise<() => void>} gives the lock back
 */
export async function lock(path) {
  mkdirSync(dirname(path), { recursive: true });
  while (!tryLock(path)) {
    if (isHeld(path)) await pause(retryMs);
    else rmSync(path, { force: true });
  }
  return () => rmSync(path, { force: true });
}

/** @param {string} path */
function tryLock(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/** @param {string} path */
function isHeld(path) {
  try {
    process.kill(Number(readFileSync(path, 'utf8')), 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
