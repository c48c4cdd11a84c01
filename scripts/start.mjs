import { createRequire } from 'node:module';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkNode } from './check-node.mjs';

checkNode();
const root = resolve(fileURLToPath(import.meta.url), '../..');
const { prepare } = await import('./prepare.mjs');
if (await prepare(root)) runCommand(['up', relative(process.cwd(), join(root, 'samples/hello-worker')), ...process.argv.slice(2)]);
else process.exitCode = 1;

/**
 * Becomes the command instead of starting it: no process in between that a signal could end first, and none to wait for.
 *
 * @param {string[]} args
 */
function runCommand(args) {
  const command = join(root, 'dist/rolevm.cjs');
  process.argv = [process.execPath, command, ...args];
  createRequire(import.meta.url)(command);
}
