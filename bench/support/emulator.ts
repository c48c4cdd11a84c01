import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { FeedItem } from '../../contracts/control-api.ts';
import { bundlesDirectory, environment, scratch } from './surroundings.ts';

export interface RunningEmulator {
  readonly child: ChildProcess;
  readonly stateDirectory: string;
  /** What it has told so far. */
  readonly items: readonly FeedItem[];
  /** Resolves when `holds` is true of the items so far. @throws Error when it ends before */
  until(holds: (items: readonly FeedItem[]) => boolean): Promise<void>;
  /** Stops everything in order. */
  stop(): Promise<void>;
}

/** Real milliseconds after which a run has failed. */
const patienceMs = 60_000;

/**
 * Starts `rolevm up` as a user does, over a state directory of its own.
 *
 * @param configuration name of a ServiceConfiguration beside the definition
 */
export function startEmulator(service: string, configuration: 'One' | 'Ten'): RunningEmulator {
  const stateDirectory = mkdtempSync(join(scratch, 'state-'));
  const cscfg = join(service, `ServiceConfiguration.${configuration}.cscfg`);
  const args = [join(bundlesDirectory, 'rolevm.cjs'), 'up', service, '--config', cscfg, '--state', stateDirectory, '--json'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env: environment });
  // A benchmark that fails leaves nothing running.
  const endIt = () => child.kill('SIGTERM');
  process.once('exit', endIt);
  const items: FeedItem[] = [];
  const waiting = new Set<() => void>();
  const look = () => {
    for (const check of [...waiting]) check();
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    items.push(JSON.parse(line) as FeedItem);
    look();
  });
  const exited = once(child, 'exit').finally(look);
  return {
    child,
    stateDirectory,
    items,
    until: (holds) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => end(() => reject(new Error(`not within ${patienceMs / 1000} s`))), patienceMs);
        const end = (settle: () => void) => {
          clearTimeout(timer);
          waiting.delete(check);
          settle();
        };
        const check = () => {
          if (holds(items)) end(resolve);
          else if (child.exitCode !== null || child.signalCode !== null) end(() => reject(new Error('rolevm up has ended')));
        };
        waiting.add(check);
        check();
      }),
    stop: async () => {
      endIt();
      await exited;
      process.off('exit', endIt);
    },
  };
}

/** Whether so many instances have become Ready. */
export function readyInstances(count: number): (items: readonly FeedItem[]) => boolean {
  return (items) =>
    new Set(items.flatMap((item) => (item.type === 'status' && item.instance.state === 'ReadyRole' ? [item.instance.name] : []))).size >=
    count;
}

/** Compiled code is kept when a process has run for this long, and at its end. */
const compiledAfterMs = 2_000;

/** Runs the service twice, long enough for the compiled code of a start to be kept: what is measured is a machine that has seen rolevm. */
export async function warmUp(service: string): Promise<void> {
  for (let run = 0; run < 2; run++) {
    const emulator = startEmulator(service, 'One');
    await emulator.until(readyInstances(1));
    await new Promise((resolve) => setTimeout(resolve, compiledAfterMs));
    await emulator.stop();
  }
}
