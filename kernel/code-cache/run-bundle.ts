import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { constants, Script } from 'node:vm';
import { readCache } from './cache-file.ts';
import { keepCompiled } from './keep-compiled.ts';

export interface RunOptions {
  /** Directory of the bundles as they were built. */
  readonly bundles: string;
  /** Directory for compiled code; undefined for none. */
  readonly cache: string | undefined;
}

/**
 * Runs a CommonJS bundle as this process's program, from compiled code where that is there.
 *
 * Compiled code is used only for a script that is byte for byte the bundle of its name (`WaWorkerHost.exe` is a copy of
 * `WaWorkerHost.cjs`): V8 itself compares no more than the length, and a file on a drive may have been patched.
 *
 * @param script path of the bundle or of a copy of it; becomes `process.argv[1]`
 * @throws Error when the script cannot be read, and whatever the program throws
 */
export function runBundle(script: string, { bundles, cache }: RunOptions): void {
  const filename = resolve(script);
  const bytes = readFileSync(filename);
  process.argv[1] = filename;
  const pristine = cache === undefined ? undefined : pristineOf(filename, bytes, bundles);
  const file = cache === undefined || pristine === undefined ? undefined : { path: join(cache, fileName(pristine)), key: pristine.key };
  const cached = file === undefined ? undefined : readCache(file.path, file.key);
  const compiled = new Script(`${head}${bytes.toString().replace(/^#!/, '//')}\n})`, {
    filename,
    columnOffset: -head.length,
    cachedData: cached?.data,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  if (file !== undefined) keepCompiled(file, compiled, compiled.cachedDataRejected === true ? 0 : (cached?.generation ?? 0));
  runAsMain(compiled, filename, bundles);
}

const head = '(function (exports, require, module, __filename, __dirname) { ';

interface Pristine {
  readonly name: string;
  readonly key: string;
}

/** The bundle that the script is a copy of; undefined when it is of no bundle, or not any more. */
function pristineOf(filename: string, bytes: Buffer, bundles: string): Pristine | undefined {
  const name = basename(filename).replace(/\.(exe|cjs)$/i, '');
  const path = join(bundles, `${name}.cjs`);
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    const { size, mtimeMs, ctimeMs, ino } = fstatSync(descriptor);
    if (size !== bytes.length || !bytes.equals(readFileSync(descriptor))) return undefined;
    // The file's identity stands for its content: a digest of it would cost more than the cache saves. The change time cannot be
    // set, so no other file of equal length comes under the same key.
    const flags = `${process.execArgv.join(' ')} ${process.env.NODE_OPTIONS ?? ''}`;
    return { name, key: `${path}|${size}|${mtimeMs}|${ctimeMs}|${ino}|${process.version}|${process.arch}|${flags}` };
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** One file for each key; two keys with one digest (FNV-1a) only push each other out. */
function fileName({ name, key }: Pristine): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return `${name}-${(hash >>> 0).toString(16)}.v8`;
}

function runAsMain(compiled: Script, filename: string, bundles: string): void {
  const main = new Module(filename);
  main.filename = filename;
  main.paths = [];
  // Packages and sibling bundles stand beside the bundles, not beside a copy on a drive.
  const require = Object.assign(createRequire(join(bundles, 'boot.cjs')), { main });
  main.require = require;
  const run = compiled.runInThisContext() as (...parameters: unknown[]) => void;
  run.call(main.exports, main.exports, require, main, filename, dirname(filename));
  main.loaded = true;
}
