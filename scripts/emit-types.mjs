import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BuildError } from './bundle.mjs';
import { typedEntry } from './entries.mjs';
import { filesUnder } from './sources.mjs';

const compilerOptions = [
  ...['--ignoreConfig', '--declaration', '--emitDeclarationOnly', '--allowImportingTsExtensions', '--skipLibCheck', '--strict'],
  ...['--module', 'esnext', '--moduleResolution', 'bundler', '--target', 'es2023', '--types', 'node'],
];

/**
 * The declarations behind `rolevm/runtime`, below `types/` and marked as CommonJS like the bundle they describe.
 *
 * @param {string} root folder of the clone
 * @returns {Promise<Map<string, import('./write-dist.mjs').DistFile>>} by name relative to `dist`; empty while the entry is absent
 * @throws {BuildError} with the compiler's messages
 */
export async function emitTypes(root) {
  if (!existsSync(join(root, typedEntry))) return new Map();
  const out = mkdtempSync(join(tmpdir(), 'rolevm-types-'));
  try {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    await promisify(execFile)(process.execPath, [tsc, ...compilerOptions, '--rootDir', '.', '--outDir', out, typedEntry], { cwd: root });
    const declarations = filesUnder(out, '.', '.d.ts').map((path) => path.slice(2));
    const files = declarations.map((path) => /** @type {const} */ ([`types/${path}`, { content: declaration(join(out, path)) }]));
    return new Map([...files, ['types/package.json', { content: Buffer.from('{ "type": "commonjs" }\n') }]]);
  } catch (error) {
    throw new BuildError(`The types of ${typedEntry} cannot be made.\n${/** @type {{ stdout?: string }} */ (error).stdout ?? error}`);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/**
 * The compiler leaves `./x.ts` in declarations, a name that an installed package does not have.
 *
 * @param {string} path
 */
function declaration(path) {
  return Buffer.from(readFileSync(path, 'utf8').replace(/(['"])(\.\.?\/[^'"\n]+)\.ts\1/g, '$1$2.js$1'));
}
