import { isAscii } from 'node:buffer';
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
export function runBundle(script: string, options: RunOptions): void {
  const filename = resolve(script);
  process.argv[1] = filename;
  const main = moduleFor(filename);
  const require = requireFor(main, options);
  execute(main, require, options);
}

function moduleFor(filename: string): Module {
  const module = new Module(filename);
  module.filename = filename;
  module.paths = [];
  return module;
}

/** Packages and sibling bundles stand beside the bundles, not beside a copy on a drive. Siblings run from compiled code as well. */
function requireFor(main: Module, options: RunOptions): NodeJS.Require {
  const plain = createRequire(join(options.bundles, 'boot.cjs'));
  const siblings = new Map<string, Module>();
  const loadSibling = (id: string) => {
    const known = siblings.get(id);
    if (known !== undefined) return known.exports;
    const sibling = moduleFor(join(options.bundles, id));
    siblings.set(id, sibling);
    execute(sibling, require, options);
    return sibling.exports;
  };
  const require = Object.assign((id: string) => (/^\.\/[\w.-]+\.cjs$/.test(id) ? loadSibling(id) : plain(id)), plain, { main });
  return require;
}

function execute(module: Module, require: NodeJS.Require, options: RunOptions): void {
  const { filename } = module;
  module.require = require;
  const run = compile(filename, options).runInThisContext() as (...parameters: unknown[]) => void;
  run.call(module.exports, module.exports, require, module, filename, dirname(filename));
  module.loaded = true;
}

const head = '(function (exports, require, module, __filename, __dirname) { ';

function compile(filename: string, { bundles, cache }: RunOptions): Script {
  const bytes = readFileSync(filename);
  const pristine = cache === undefined ? undefined : pristineOf(filename, bytes, bundles);
  const file = cache === undefined || pristine === undefined ? undefined : { path: join(cache, fileName(pristine)), key: pristine.key };
  const cached = file === undefined ? undefined : readCache(file.path, file.key);
  // Bundles are ASCII, which is decoded in a third of the time that UTF-8 takes.
  const text = bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8');
  const compiled = new Script(`${head}${text.replace(/^#!/, '//')}\n})`, {
    filename,
    columnOffset: -head.length,
    cachedData: cached?.data,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  if (file !== undefined) keepCompiled(file, compiled, compiled.cachedDataRejected === true ? 0 : (cached?.generation ?? 0));
  return compiled;
}

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
