import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { isatty } from 'node:tty';
import type { EndedProcess } from '../job-object/index.ts';
import { becomeSubreaper, ownChildPids, reapAdopted } from '../subreaper/index.ts';
import { clean } from './clean.ts';
import { readToKeeper, type ToKeeper } from './link.ts';

export interface KeeperOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Of the process under the keeper; without it the keeper's own. `ROLEVM_RUN` is added. */
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Its stdin, stdout and stderr; without it the keeper's own. */
  readonly stdio?: readonly ['inherit' | 'ignore' | number, 'inherit' | 'ignore' | number, 'inherit' | 'ignore' | number];
  /** Told before anything is started, as by `tellKeeper`. */
  readonly told?: readonly ToKeeper[];
  /** Called after the end of everything with what had been left behind: killed processes, and those that would not end. */
  readonly onCleaned?: (ended: readonly EndedProcess[], survivors: readonly EndedProcess[]) => void;
}

/**
 * Runs a process under this one, a child subreaper, and leaves nothing of it behind, however it ends and whatever state the
 * processes below it are in: they are killed and reaped within 10 s, files and directories told of are removed.
 *
 * The process has an IPC channel to its keeper: `tellKeeper`, `onKeeperLost`.
 *
 * @returns its exit code, 128 and the number of the signal when it was killed by one
 * @throws the error of the start when it could not be started
 */
export async function runUnderKeeper(options: KeeperOptions): Promise<number> {
  // A shell that was replaced by this process may have left it children of its own: they are none of ours.
  const foreign = ownChildPids();
  const run = { ROLEVM_RUN: `${process.pid}-${Date.now().toString(36)}` };
  const stopForwarding = forwardSignals(() => child);
  const told: ToKeeper[] = [{ type: 'keeper.end', marker: run }, ...(options.told ?? [])];
  const child = spawn(options.command, [...options.args], {
    env: { ...(options.env ?? process.env), ...run },
    cwd: options.cwd,
    stdio: [...(options.stdio ?? (['inherit', 'inherit', 'inherit'] as const)), 'ipc'],
  });
  child.on('message', (value) => {
    const message = readToKeeper(value);
    if (message !== undefined && told.length < maxTold) told.push(message);
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', (error) => {
      if (child.pid === undefined) reject(error);
    });
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']));
  });
  try {
    // After the start, while the process boots: it counts for whatever is below by then.
    becomeSubreaper();
    const stopReaping = reapAdopted();
    const exitCode = await ended;
    const left = await clean(told, foreign);
    if (stopReaping !== false) stopReaping();
    options.onCleaned?.(left.ended, left.survivors);
    return exitCode;
  } finally {
    stopForwarding();
  }
}

const maxTold = 10_000;

/**
 * The keeper outlives every signal that can be outlived. One sent to it is meant for the process under it; the keyboard's reach
 * both, so they are not sent on from a terminal. A repeated SIGTERM or SIGHUP asks for nothing new.
 */
function forwardSignals(child: () => ChildProcess): () => void {
  const fromKeyboard = isatty(0) || isatty(1) || isatty(2);
  const forward = (signal: NodeJS.Signals) => {
    child().kill(signal);
  };
  const ignore = () => undefined;
  const listeners = [
    ['SIGTERM', forward],
    ['SIGHUP', forward],
    ['SIGINT', fromKeyboard ? ignore : forward],
    ['SIGQUIT', fromKeyboard ? ignore : forward],
  ] as const;
  for (const [signal, listener] of listeners) process.on(signal, listener);
  return () => {
    for (const [signal, listener] of listeners) process.off(signal, listener);
  };
}
