import type { Command } from 'commander';
import type { StateFile } from '../../contracts/control-api.ts';
import { UserError } from '../../contracts/diagnostic.ts';
import type { RestoreResult } from '../../contracts/snapshot.ts';
import { emulatorMs } from '../../contracts/timings-of-the-emulator.ts';
import { openFeed, request } from '../../control/client.ts';
import { restoreStopped } from '../../control/snapshot/restore-stopped.ts';
import { runningState } from '../../control/state-file.ts';
import { withLock } from '../../control/with-lock.ts';
import { type Cli, isJson, placeOf, print, printJson } from '../cli.ts';
import { ageOf } from '../duration.ts';

export interface RestoreFlags {
  readonly wait?: number | true;
}

/** Puts what runs, or what was deployed last, back to a snapshot. */
export async function restore(name: string, { wait }: RestoreFlags, cli: Cli, command: Command): Promise<void> {
  const { stateDirectory } = placeOf(cli, command);
  const emulator = runningState(stateDirectory);
  if (emulator === undefined) {
    const { deployment, createdAt } = await withLock(stateDirectory, () => restoreStopped(stateDirectory, name));
    if (isJson(command)) printJson({ snapshot: name, instances: deployment.instances.map((instance) => ({ name: instance })) });
    else print([`${deployment.serviceName} is as it was ${ageOf(createdAt, Date.now())} ago: rolevm up ${deployment.servicePath}`]);
    return;
  }
  const waitMs = wait === true ? emulatorMs.eventWait : wait;
  const result = await restoreRunning(emulator, name, waitMs);
  if (isJson(command)) printJson(result);
  else print(result.instances.map((instance) => `${instance.name}  put back to ${name}${waitMs === undefined ? '' : ': through'}`));
}

/**
 * Returns when the drives of every VM are put back, and the VMs boot from them.
 *
 * @param waitMs wait until each is again in its state as well: Ready, or StoppedVM where it was stopped then; real milliseconds
 * @throws UserError RV6401 when that takes too long, RV4713 when the drives of a VM cannot be put back, RV4102 when the emulator ends first
 */
async function restoreRunning(emulator: StateFile, snapshot: string, waitMs: number | undefined): Promise<RestoreResult> {
  const over = new AbortController();
  const feed = await openFeed(emulator, over.signal);
  const timer = setTimeout(() => over.abort(), waitMs ?? emulatorMs.eventWait);
  try {
    const result = await request(emulator, 'POST /restore', { snapshot });
    const awaited = new Map(result.instances.map(({ name, expectedState }) => [name, expectedState]));
    const restored = new Set<string>();
    const seen = new Set<string>();
    for await (const item of feed) {
      if (item.type === 'drives' && item.snapshot === snapshot) {
        restored.add(item.instance);
        if (waitMs === undefined) awaited.delete(item.instance);
      }
      if (item.type === 'status') {
        const { name, state, details } = item.instance;
        // The first one is from before.
        if (seen.has(name) && state === 'FailedStartingVM') throw failed(name, details);
        seen.add(name);
        if (restored.has(name) && state === (awaited.get(name) === 'Stopped' ? 'StoppedVM' : 'ReadyRole')) awaited.delete(name);
      }
      if (awaited.size === 0) return result;
    }
    if (!over.signal.aborted)
      throw new UserError('RV4102', 'the emulator has ended before the restore was through', 'the next rolevm up goes on with it');
    throw new UserError(
      'RV6401',
      `${[...awaited.keys()].join(', ')} is not through with the restore in time`,
      'it goes on: see rolevm status',
    );
  } finally {
    clearTimeout(timer);
    over.abort();
  }
}

function failed(instance: string, details: string): UserError {
  return new UserError('RV4713', `${instance} cannot be put back: ${details}`, 'mend that; it is tried again by itself');
}
