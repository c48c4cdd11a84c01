import { readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Script } from 'node:vm';
import { emulatorMs } from '../../contracts/timings-of-the-emulator.ts';
import { readCache, writeCache } from './cache-file.ts';

/**
 * Keeps what V8 has compiled of a program for its next starts: once after a start, when the functions of a start are compiled,
 * and once more when a program has run for a while or ends. After that the cache is left as it is.
 *
 * @param file where, and the key it is kept under
 * @param generation how often that was done before
 */
export function keepCompiled(file: { readonly path: string; readonly key: string }, script: Script, generation: number): void {
  if (generation >= lastGeneration) return;
  let next = generation + 1;
  const keep = () => {
    if (next > lastGeneration) return;
    writeCache(file.path, file.key, () => {
      const data = script.createCachedData();
      const former = readCache(file.path, file.key);
      // V8 drops code that has not run for long: the larger one knows more.
      return { data: former !== undefined && former.data.length > data.length ? former.data : data, generation: next };
    });
    if (next === 1) removeOld(dirname(file.path));
    next += 1;
  };
  if (generation === 0) setTimeout(keep, emulatorMs.bundleStarted).unref();
  setTimeout(keep, emulatorMs.bundleSettled).unref();
  process.once('exit', keep);
}

const lastGeneration = 2;
const oldAfterMs = 30 * 86_400_000;

/** Compiled code of builds long gone. A current one that is removed by this is made again. */
function removeOld(directory: string): void {
  try {
    for (const name of readdirSync(directory)) {
      const path = join(directory, name);
      if (name.endsWith('.v8') && Date.now() - statSync(path).mtimeMs > oldAfterMs) rmSync(path, { force: true });
    }
  } catch {
    // Another process is removing them.
  }
}
