import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir, platform } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { isAlive } from '../kernel/process-table/index.ts';
import { writeAtomically } from '../kernel/write-atomically.ts';

const entrySchema = z.object({
  formatVersion: z.literal(1),
  pid: z.int().check(z.positive()),
  startTicks: z.string().check(z.maxLength(40)),
  stateDirectory: z.string().check(z.minLength(1), z.maxLength(4_096)),
  service: z.string().check(z.maxLength(4_096)),
});

/** A running emulator of this user, wherever its state directory is. It holds no secret: the token is in the state file only. */
export type RunningEntry = z.infer<typeof entrySchema>;

/** Folder of the register below the user's cache directory. */
export function registerDirectory(env: NodeJS.ProcessEnv = process.env): string {
  return join(cacheDirectory(env), 'rolevm', 'running');
}

/** Makes a running emulator known to commands that are started somewhere else. */
export function registerRunning(entry: Omit<RunningEntry, 'formatVersion'>, directory = registerDirectory()): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeAtomically(join(directory, fileName(entry.stateDirectory)), `${JSON.stringify({ formatVersion: 1, ...entry })}\n`, { mode: 0o600 });
}

export function unregisterRunning(stateDirectory: string, directory = registerDirectory()): void {
  rmSync(join(directory, fileName(stateDirectory)), { force: true });
}

/** The emulators that are alive now; entries of dead ones are skipped, and replaced when their state directory is used again. */
export function livingEmulators(directory = registerDirectory()): readonly RunningEntry[] {
  return entryFiles(directory)
    .map((name) => readEntry(join(directory, name)))
    .filter((entry): entry is RunningEntry => entry !== undefined && isAlive(entry));
}

function entryFiles(directory: string): readonly string[] {
  try {
    return readdirSync(directory).filter((name) => name.endsWith('.json'));
  } catch {
    return [];
  }
}

function readEntry(path: string): RunningEntry | undefined {
  try {
    return z.parse(entrySchema, JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

function fileName(stateDirectory: string): string {
  return `${createHash('sha256').update(stateDirectory).digest('hex').slice(0, 24)}.json`;
}

function cacheDirectory(env: NodeJS.ProcessEnv): string {
  if (env.XDG_CACHE_HOME !== undefined && env.XDG_CACHE_HOME !== '') return env.XDG_CACHE_HOME;
  if (platform() === 'win32') return env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local');
  return platform() === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache');
}
