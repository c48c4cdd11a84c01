import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildKey, isBuilt, outputPrint, stampPath } from './build-key.mjs';
import { bundleAll } from './bundle.mjs';
import { checkNode } from './check-node.mjs';
import { emitTypes } from './emit-types.mjs';
import { entries, latePackages } from './entries.mjs';
import { thirdPartyLicenses } from './licenses.mjs';
import { writeDist } from './write-dist.mjs';

/** Where the metafile of the last build is kept for the check of what each bundle carries. */
export const metafilePath = '.cache/metafile.json';

/**
 * Makes `dist` from the sources, unless it is already what they give.
 *
 * @param {{ root: string, force?: boolean, say?: (line: string) => void }} options `say` hears what is skipped and how large the bundles are
 * @returns {Promise<boolean>} whether there was anything to do
 * @throws {BuildError} with the compiler's own words when the sources cannot be built
 */
export async function build({ root, force = false, say = () => {} }) {
  const key = buildKey(root);
  if (!force && isBuilt(root, key)) {
    say('dist is up to date.');
    return false;
  }
  const present = entries.filter((entry) => existsSync(join(root, entry.source)));
  for (const entry of entries) if (!present.includes(entry)) say(`skipped ${entry.out}: ${entry.source} is absent.`);
  const [bundles, types] = await Promise.all([bundleAll(root, present, latePackages), emitTypes(root)]);
  const files = new Map([...bundles.files, ...types]);
  files.set('THIRD-PARTY-LICENSES.txt', { content: Buffer.from(thirdPartyLicenses(root, Object.keys(bundles.metafile.inputs))) });
  writeDist(join(root, 'dist'), join(root, '.cache'), files);
  remember(root, key, files, bundles.metafile);
  for (const [name, { content }] of bundles.files) say(`${name}: ${Math.ceil(content.length / 1024)} KB`);
  return true;
}

/**
 * @param {string} root
 * @param {string} key
 * @param {Map<string, unknown>} files
 * @param {import('esbuild').Metafile} metafile
 */
function remember(root, key, files, metafile) {
  const outputs = Object.fromEntries([...files.keys()].map((name) => [name, outputPrint(root, name)]));
  writeFileSync(join(root, metafilePath), JSON.stringify(metafile));
  writeFileSync(join(root, stampPath), JSON.stringify({ key, outputs }));
}

async function main() {
  checkNode();
  const flags = process.argv.slice(2);
  const say = (/** @type {string} */ line) => process.stdout.write(`${line}\n`);
  try {
    await build({
      root: resolve(fileURLToPath(import.meta.url), '../..'),
      force: flags.includes('--force'),
      ...(flags.includes('--verbose') ? { say } : {}),
    });
  } catch (error) {
    process.stderr.write(`${error instanceof Error && error.name === 'BuildError' ? error.message : error}\n`);
    process.exitCode = 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
