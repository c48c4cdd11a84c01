import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StateFile, StatusDocument } from '../contracts/control-api.ts';
import { UserError } from '../contracts/diagnostic.ts';
import { type EmulatorOptions, emulatorOptionsVariable } from '../contracts/emulator-options.ts';
import { emulatorMs } from '../contracts/timings-of-the-emulator.ts';
import { withLastLines } from '../logs/last-lines.ts';
import { request } from './client.ts';
import { runningState } from './state-file.ts';

const pollMs = 25;

/**
 * Starts an emulator in the background, under a keeper of its own, with its output in `emulator.log` of the logs directory.
 *
 * @param program rolevm.cjs
 * @param bound it stops in order when this process is gone, however that ends
 * @returns its status as soon as the instances exist; they may still be starting
 * @throws UserError RV6405 with what it printed, when it ends instead; RV6422 when it takes very long, and goes on
 */
export async function startDetached(options: EmulatorOptions, program: string, bound = false): Promise<StatusDocument> {
  const log = join(options.logsDirectory, 'emulator.log');
  const output = openSync(log, 'a', 0o600);
  const { size: before } = fstatSync(output);
  const keeper = spawn(process.execPath, [program, '__keep'], {
    detached: true,
    stdio: ['ignore', output, output, ...(bound ? (['ipc'] as const) : [])],
    env: { ...process.env, [emulatorOptionsVariable]: JSON.stringify(options) },
  });
  closeSync(output);
  const ended = once(keeper, 'exit');
  const patience = AbortSignal.timeout(emulatorMs.startAwaited);
  const status = await Promise.race([instancesThere(options.stateDirectory, keeper, patience), ended]);
  if (Array.isArray(status)) throw startFailed(log, before);
  keeper.unref();
  keeper.channel?.unref();
  if (status === undefined) throw startLate(keeper.pid, log);
  return status;
}

/** Resolves with the first status that names instances, or undefined when it is not awaited any longer; never if the process ends before. */
async function instancesThere(stateDirectory: string, keeper: ChildProcess, patience: AbortSignal): Promise<StatusDocument | undefined> {
  while (keeper.exitCode === null && keeper.signalCode === null) {
    const state = runningState(stateDirectory);
    const status = state?.keeperPid === keeper.pid ? await statusOf(state) : undefined;
    if (status !== undefined && status.instances.length > 0) return status;
    if (patience.aborted) return undefined;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  return new Promise(() => undefined);
}

/** An emulator that has just ended cannot be asked; its end is heard of elsewhere. */
async function statusOf(state: StateFile | undefined): Promise<StatusDocument | undefined> {
  try {
    return state === undefined ? undefined : await request(state, 'GET /status');
  } catch {
    return undefined;
  }
}

function startLate(pid: number | undefined, log: string): UserError {
  const text = `the emulator (${pid}) is not there after ${emulatorMs.startAwaited / 1_000} s; it goes on starting.`;
  return new UserError('RV6422', withLastLines(text, log), 'look at rolevm status, or end it with rolevm down');
}

function startFailed(log: string, before: number): UserError {
  const printed = readFileSync(log).subarray(before).toString('utf8').trimEnd().split('\n').slice(-40).join('\n');
  return new UserError('RV6405', `the emulator ended while it started${printed === '' ? '' : `:\n${printed}`}`, `its output is in ${log}`);
}
