import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkNode } from './check-node.mjs';

checkNode();
const root = resolve(fileURLToPath(import.meta.url), '../..');
const { prepare } = await import('./prepare.mjs');
if (await prepare(root)) {
  const { testAll } = await import('./test-all.mjs');
  process.exitCode = await testAll(root, process.argv.slice(2));
} else {
  process.exitCode = 1;
}
