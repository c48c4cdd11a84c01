import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {{ name: string, faults: string }} Outcome `faults` is empty when the check has passed
 */

/**
 * Types, style, layers, tidiness, dead code and weight, all of them whatever the others find.
 *
 * @param {string} root folder of the clone, installed and built
 * @param {(line: string) => void} say hears one line a check, and what it found
 * @returns {Promise<number>} how many checks have failed
 */
export async function check(root, say) {
  const { layerViolations } = await import('./check-layers.mjs');
  const { tidyViolations } = await import('./check-tidy.mjs');
  const { unusedViolations } = await import('./check-unused.mjs');
  const { bundleViolations } = await import('./check-bundles.mjs');
  const outcomes = await Promise.all([
    tool(root, 'types', ['node_modules/typescript/bin/tsc', '-p', '.']),
    tool(root, 'style', ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.']),
    { name: 'layers', faults: layerViolations(root).join('\n') },
    { name: 'tidy', faults: tidyViolations(root).join('\n') },
    { name: 'unused', faults: unusedViolations(root).join('\n') },
    { name: 'bundles', faults: bundleViolations(root).join('\n') },
  ]);
  for (const { name, faults } of outcomes) say(faults === '' ? `✓ ${name}` : `✗ ${name}\n${faults}`);
  return outcomes.filter(({ faults }) => faults !== '').length;
}

/**
 * @param {string} root
 * @param {string} name
 * @param {string[]} args of node
 * @returns {Promise<Outcome>}
 */
function tool(root, name, args) {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ name, faults: error.message }));
    child.once('close', (code, signal) => resolve({ name, faults: code === 0 ? '' : output.trimEnd() || `ended with ${code ?? signal}` }));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = resolve(process.argv[1], '../..');
  const { prepare } = await import('./prepare.mjs');
  const failed = !(await prepare(root)) || (await check(root, (line) => process.stdout.write(`${line}\n`))) > 0;
  process.exitCode = failed ? 1 : 0;
}
