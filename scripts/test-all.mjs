import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { check } from './check.mjs';

/**
 * The checks, then the tests, then one line that counts them. Tests run although a check has failed, so that one run tells everything.
 *
 * @param {string} root folder of the clone, installed and built
 * @param {string[]} args of vitest: paths, `-t NAME` …
 * @returns {Promise<number>} exit status
 */
export async function testAll(root, args) {
  const failedChecks = await check(root, say);
  const report = join(root, '.cache/vitest.json');
  rmSync(report, { force: true });
  const status = await vitest(root, [...args, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]);
  const { passed, failed, skipped } = countsOf(report);
  if (failedChecks > 0) say(`${failedChecks} of the checks above failed.`);
  if (status !== 0 && failed === 0) say(`vitest ended with ${status}; its reason is above.`);
  say(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  return status === 0 && failed === 0 && failedChecks === 0 ? 0 : 1;
}

/** @param {string} line */
function say(line) {
  process.stdout.write(`${line}\n`);
}

/**
 * @param {string} root
 * @param {string[]} args
 * @returns {Promise<number | string>} exit status, or the signal that ended it
 */
function vitest(root, args) {
  const child = spawn(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...args], { cwd: root, stdio: 'inherit' });
  // A Ctrl-C reaches vitest as well, which ends its tests in order; this process stays to pass on how.
  const stay = () => {};
  process.on('SIGINT', stay);
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code ?? signal ?? 1));
  }).finally(() => process.off('SIGINT', stay));
}

/**
 * @param {string} report
 * @returns {{ passed: number, failed: number, skipped: number }} a file that could not be loaded counts as one failed test
 */
function countsOf(report) {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
    const unloaded = testResults.filter(
      (/** @type {{ status: string, assertionResults: unknown[] }} */ file) =>
        file.status === 'failed' && file.assertionResults.length === 0,
    );
    return { passed: numPassedTests, failed: numFailedTests + unloaded.length, skipped: numPendingTests + numTodoTests };
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}
