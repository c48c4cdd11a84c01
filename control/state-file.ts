import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { StateFile } from '../contracts/control-api.ts';
import { UserError } from '../contracts/diagnostic.ts';
import { isAlive } from '../kernel/process-table/index.ts';
import { writeAtomically } from '../kernel/write-atomically.ts';
import { livingOwner } from './owner-lock.ts';
import { registerDirectory, registerRunning, unregisterRunning } from './running-register.ts';

const text = z.string().check(z.maxLength(4_096));
const pid = z.int().check(z.positive());

const schema = z.object({
  formatVersion: z.literal(1),
  pid,
  startTicks: text,
  keeperPid: pid,
  port: z.int().check(z.positive(), z.maximum(65_535)),
  token: text.check(z.minLength(16)),
  startedAt: text,
  service: text,
});

/** Its name inside the state directory. */
export const stateFileName = 'state.json';

/** Makes a running emulator reachable: writes `state.json` (0600) and enters it in the user's register. */
export function publishState(stateDirectory: string, state: StateFile, register = registerDirectory()): void {
  writeAtomically(join(stateDirectory, stateFileName), `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
  registerRunning({ pid: state.pid, startTicks: state.startTicks, stateDirectory, service: state.service }, register);
}

/** Takes back what `publishState` wrote, damaged or not, unless another emulator has taken its place meanwhile. */
export function withdrawState(stateDirectory: string, token: string, register = registerDirectory()): void {
  const found = readStateFile(stateDirectory);
  if (found !== undefined && found.token !== token) return;
  rmSync(join(stateDirectory, stateFileName), { force: true });
  unregisterRunning(stateDirectory, register);
}

/** @returns the content of `state.json`, whether its writer lives or not; undefined when there is none or it is not one */
export function readStateFile(stateDirectory: string): StateFile | undefined {
  try {
    return z.parse(schema, JSON.parse(readFileSync(join(stateDirectory, stateFileName), 'utf8')));
  } catch {
    return undefined;
  }
}

/** @returns the state file of the emulator that runs over this directory now */
export function runningState(stateDirectory: string): StateFile | undefined {
  const state = readStateFile(stateDirectory);
  return state !== undefined && isAlive(state) ? state : undefined;
}

/**
 * The emulator that a command is meant for.
 *
 * @throws UserError RV4101 when none runs over this directory, RV4105 when one does that cannot be reached
 */
export function requireRunning(stateDirectory: string): StateFile {
  const state = runningState(stateDirectory);
  if (state === undefined) throw notRunning(stateDirectory);
  return state;
}

/** Why no emulator is reached: none runs, or it runs without a state file. */
export function notRunning(stateDirectory: string): UserError {
  const owner = existsSync(stateDirectory) ? livingOwner(stateDirectory) : undefined;
  if (owner !== undefined) {
    return new UserError(
      'RV4105',
      `something with pid ${owner.pid} owns ${stateDirectory}, but it has no state file by which it could be asked`,
      'an emulator that starts or ends has none, and a damaged one is written anew: try again in a second',
    );
  }
  return new UserError(
    'RV4101',
    `no emulator is running over ${stateDirectory}`,
    'start one with rolevm up, or name another with --state DIR',
  );
}
