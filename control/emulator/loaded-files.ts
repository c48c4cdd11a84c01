import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { KnownProcess } from '../../agents/host-agent/process-registry.ts';
import type { LoadedFile } from '../../contracts/control-api.ts';
import { toHostPath } from '../../sandbox/drive-path.ts';

/** What the role hosts have loaded, by instance. */
export interface LoadedFiles {
  /** Reads what a process reports to have loaded. To be called at once: what is read later may be another version. */
  readonly note: (instance: string, process: KnownProcess) => void;
  readonly forget: (instance: string, process: KnownProcess) => void;
  /** @param living only what these have loaded: the end of a process is not told while its agent is paused */
  of(instance: string, living?: readonly KnownProcess[]): readonly LoadedFile[];
  /** What a process has loaded from a file; undefined unless contents are kept. */
  readonly content: (instance: string, process: KnownProcess, drivePath: string) => Buffer | undefined;
}

/**
 * Keeps the versions of loaded files. The hash is made here and not in the host, whose start it would hold up by tens of milliseconds.
 *
 * Between the load and the reading here another version can be copied over the file. The host therefore reports when the file was last
 * written before it loaded it; what has another time by now is not taken for what was loaded, and has no hash.
 *
 * @param vmsDirectory folder of the VMs
 * @param keep keeps the contents too, as long as their processes live
 */
export function loadedFiles(vmsDirectory: string, keep = false): LoadedFiles {
  const known = new Map<string, Map<string, Kept>>();
  return {
    note: (instance, process) => {
      const key = keyOf(instance, process);
      const files = known.get(key) ?? new Map<string, Kept>();
      known.set(key, files);
      for (const { file, mtimeMs } of process.loaded ?? []) {
        if (files.has(file)) continue;
        const content = contentOf(path.join(vmsDirectory, instance), file, mtimeMs);
        const sha256 = content === undefined ? {} : { sha256: createHash('sha256').update(content).digest('hex') };
        const kept = keep && content !== undefined ? { content } : {};
        files.set(file, { loaded: { file, ...sha256, mtime: stampOf(mtimeMs) }, ...kept });
      }
    },
    forget: (instance, process) => known.delete(keyOf(instance, process)),
    of: (instance, living) => {
      const keys = living?.map((process) => keyOf(instance, process)) ?? [...known.keys()].filter((key) => key.startsWith(`${instance}/`));
      return keys.flatMap((key) => [...(known.get(key)?.values() ?? [])].map(({ loaded }) => loaded));
    },
    content: (instance, process, drivePath) => {
      const files = [...(known.get(keyOf(instance, process))?.values() ?? [])];
      return files.find(({ loaded }) => loaded.file.toLowerCase() === drivePath.toLowerCase())?.content;
    },
  };
}

interface Kept {
  readonly loaded: LoadedFile;
  readonly content?: Buffer;
}

/** What a host says is what role code in it says: a path may lead anywhere, and a file may be of any size. */
const largestBytes = 256 * 1_024 * 1_024;

function contentOf(vmRoot: string, drivePath: string, mtimeMs: number): Buffer | undefined {
  try {
    const file = toHostPath(vmRoot, drivePath);
    const before = fs.statSync(file);
    if (!before.isFile() || before.size > largestBytes || before.mtimeMs !== mtimeMs) return undefined;
    const content = fs.readFileSync(file);
    return fs.statSync(file).mtimeMs === mtimeMs ? content : undefined;
  } catch {
    return undefined;
  }
}

function stampOf(mtimeMs: number): string {
  // As fs rounds its dates.
  const date = new Date(Math.round(mtimeMs));
  return (Number.isNaN(date.getTime()) ? new Date(0) : date).toISOString();
}

function keyOf(instance: string, { pid, startTicks }: KnownProcess): string {
  return `${instance}/${pid}/${startTicks}`;
}
