import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkNode } from './check-node.mjs';

checkNode();
const root = resolve(fileURLToPath(import.meta.url), '../..');
const benchmarks = ['start', 'restart', 'footprint', 'treekill'];
const args = process.argv.slice(2);
const chosen = benchmarks.filter((name) => args.includes(name));

const { prepare } = await import('./prepare.mjs');
if (await prepare(root)) {
  const esbuild = await import('esbuild');
  const outdir = join(root, '.cache', 'bench');
  await esbuild.build({
    entryPoints: benchmarks.map((name) => join(root, 'bench', `${name}.ts`)),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // koffi is a binary, which is required where it is needed.
    external: ['koffi'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'warning',
  });
  for (const name of chosen.length > 0 ? chosen : benchmarks) {
    const status = await run(join(outdir, `${name}.mjs`));
    if (status !== 0) process.exitCode = 1;
  }
} else {
  process.exitCode = 1;
}

/**
 * One benchmark after the other, each in a process of its own, so that none warms up another.
 *
 * @param {string} file
 * @returns {Promise<number | null>} exit status
 */
function run(file) {
  const child = spawn(process.execPath, [file, ...args], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
}
