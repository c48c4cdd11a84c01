import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isInstalled } from './is-installed.mjs';
import { lock } from './lock.mjs';

/**
 * Installs the packages of the lock file unless they are there. npm's own words go into a log file; the user hears of them only when
 * they say why it failed.
 *
 * @param {string} root folder of the clone
 * @returns {Promise<boolean>} whether the packages are there now; the reason of a failure has been printed
 */
export async function install(root) {
  if (isInstalled(root)) return true;
  const release = await lock(join(root, '.cache/install.lock'));
  try {
    // Another terminal may have done it while this one waited.
    return isInstalled(root) || (await installNow(root));
  } finally {
    release();
  }
}

/** @param {string} root */
async function installNow(root) {
  process.stderr.write('Installing packages …\n');
  const logPath = join(root, '.cache/install.log');
  const status = await npmCi(root, logPath);
  if (status === 0) return true;
  process.stderr.write(
    `The packages could not be installed: ${reasonIn(logPath, status)}. The whole story is in ${relative(process.cwd(), logPath)}.\n`,
  );
  return false;
}

/**
 * @param {string} root
 * @param {string} logPath
 * @returns {Promise<number | string>} exit status, or the signal or error that ended npm
 */
function npmCi(root, logPath) {
  const log = openSync(logPath, 'w');
  const args = ['ci', '--loglevel=warn', '--no-progress', '--no-audit', '--no-fund'];
  // Under `npm start` this very npm; by hand the one on PATH, which is a .cmd on Windows and so needs the shell.
  const npm = process.env.npm_execpath;
  const byPath = npm === undefined || !/npm-cli\.c?js$/.test(npm);
  const child = byPath
    ? spawn('npm', args, { cwd: root, stdio: ['ignore', log, log], shell: process.platform === 'win32' })
    : spawn(process.execPath, [npm, ...args], { cwd: root, stdio: ['ignore', log, log] });
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'npm ended without a word'));
  }).finally(() => closeSync(log));
}

/**
 * @param {string} logPath
 * @param {number | string} status
 * @returns {string} the first thing npm itself calls an error, past its code
 */
function reasonIn(logPath, status) {
  const errors = readFileSync(logPath, 'utf8').match(/^npm (?:error|ERR!) (?!code |A complete log|\s*$).+$/gm) ?? [];
  const first = errors[0]?.replace(/^npm (?:error|ERR!)\s+/, '').replace(/\.$/, '');
  return first ?? (typeof status === 'number' ? `npm ci ended with status ${status}` : status);
}
