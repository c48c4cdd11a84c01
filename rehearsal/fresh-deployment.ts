import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { EmulatorOptions } from '../contracts/emulator-options.ts';
import { emulatorMs } from '../contracts/timings-of-the-emulator.ts';
import { request } from '../control/client.ts';
import { examine } from '../control/doctor/examine.ts';
import { livingOwner } from '../control/owner-lock.ts';
import { unregisterRunning } from '../control/running-register.ts';
import { startDetached } from '../control/start-detached.ts';
import { createStateDirectory } from '../control/state-directory.ts';
import { runningState } from '../control/state-file.ts';
import { isAlive, killIdentity, processIdentity } from '../kernel/process-table/index.ts';

/** What a rehearsal deploys for itself. */
export type FreshRequest = Pick<EmulatorOptions, 'servicePath' | 'configuration' | 'speed' | 'command'>;

/** A deployment that nobody else uses, in a private state directory below the system's folder for temporary files. */
export interface FreshDeployment {
  /** What its emulator was started with; once more if it has ended. */
  readonly options: EmulatorOptions;
  /** Starts its emulator, anew after an end. @throws UserError RV6405 with what it printed, when it ends instead */
  start(): Promise<void>;
  /** Stops it in order, or by force when that takes too long, proves that nothing is left, and removes its folder. */
  close(): Promise<void>;
}

/**
 * Prepares a deployment of a service; `start` starts it in the background.
 *
 * Its emulator stops by itself when this process is gone, however that ends.
 *
 * @param program rolevm.cjs
 */
export function freshDeployment({ servicePath, configuration, speed, command }: FreshRequest, program: string): FreshDeployment {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'rolevm-rehearsal-')));
  const stateDirectory = join(root, 'state');
  const logsDirectory = join(stateDirectory, 'logs');
  createStateDirectory(stateDirectory);
  mkdirSync(logsDirectory, { mode: 0o700 });
  const options: EmulatorOptions = {
    servicePath,
    ...(configuration === undefined ? {} : { configuration }),
    stateDirectory,
    logsDirectory,
    speed,
    detach: true,
    command,
    stateNamed: true,
    colour: false,
    json: false,
    interactive: false,
  };
  return {
    options,
    start: async () => {
      await startDetached(options, program, true);
    },
    close: async () => {
      await stop(stateDirectory);
      await examine(stateDirectory, true);
      unregisterRunning(stateDirectory);
      rmSync(root, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

async function stop(stateDirectory: string): Promise<void> {
  const state = runningState(stateDirectory);
  const keeper = state === undefined ? undefined : processIdentity(state.keeperPid);
  // One that does not listen is ended below.
  if (state !== undefined) await request(state, 'POST /stop', { remove: true }).catch(() => undefined);
  const ownerGone = () => livingOwner(stateDirectory) === undefined;
  if (!(await within(emulatorMs.rehearsalStopped, ownerGone))) {
    const owner = livingOwner(stateDirectory);
    if (owner !== undefined) killIdentity(owner, 'SIGKILL');
    // Its keeper ends everything else.
    await within(emulatorMs.keeperCleaned, ownerGone);
  }
  // The keeper is the last one.
  if (keeper !== undefined) await within(emulatorMs.keeperCleaned, () => !isAlive(keeper));
}

async function within(ms: number, holds: () => boolean): Promise<boolean> {
  const deadline = performance.now() + ms;
  while (!holds()) {
    if (performance.now() > deadline) return false;
    await pause(lookAgainMs);
  }
  return true;
}

const lookAgainMs = 25;
