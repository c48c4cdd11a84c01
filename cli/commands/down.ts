import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { StateFile } from '../../contracts/control-api.ts';
import { UserError } from '../../contracts/diagnostic.ts';
import { emulatorMs } from '../../contracts/timings-of-the-emulator.ts';
import { openFeed, request } from '../../control/client.ts';
import { freshFeedPrinter, printFeedItem } from '../../control/feed-printer.ts';
import { deleteSnapshots } from '../../control/snapshot/delete-snapshots.ts';
import { finishRestore } from '../../control/snapshot/finish-restore.ts';
import { snapshotNames } from '../../control/snapshot/snapshot-place.ts';
import { notRunning, runningState } from '../../control/state-file.ts';
import { withLock } from '../../control/with-lock.ts';
import { deploymentStore } from '../../fabric/deployment-store.ts';
import { isAlive, type ProcessIdentity, processIdentity } from '../../kernel/process-table/index.ts';
import { type Cli, isJson, option, placeOf, print, printJson, wantsColour } from '../cli.ts';

const examples = `
Examples:
  rolevm down               OnStop in every role, then the VMs; drives are kept, rolevm up goes on with them
  rolevm down --delete      the deployment and its drives as well; snapshots and images stay
  rolevm down --delete --snapshots`;

interface DownOptions {
  readonly delete?: boolean;
  readonly snapshots?: boolean;
}

export function define(command: Command, cli: Cli): void {
  command
    .description('Stops the running emulator in order and waits until nothing of it is left.')
    .addOption(option('--delete', 'delete the deployment with its drives', 'ROLEVM_DELETE'))
    .addOption(option('--snapshots', 'with --delete: delete every snapshot too', 'ROLEVM_SNAPSHOTS'))
    .addHelpText('after', examples)
    .action(async ({ delete: remove = false, snapshots = false }: DownOptions) => {
      if (snapshots && !remove) throw new UserError('RV6221', '--snapshots goes with --delete only', 'rolevm snapshot delete deletes one');
      const { stateDirectory } = placeOf(cli, command);
      const emulator = runningState(stateDirectory);
      if (emulator !== undefined) await stopAndWatch(emulator, remove, { json: isJson(command), colour: wantsColour(command) });
      else if (remove && existsSync(stateDirectory)) await deleteStored(stateDirectory, isJson(command));
      else throw notRunning(stateDirectory);
      if (remove) await endSnapshots(stateDirectory, snapshots, isJson(command));
    });
}

async function stopAndWatch(emulator: StateFile, remove: boolean, { json, colour }: { json: boolean; colour: boolean }): Promise<void> {
  // Known by pid and start time before it is told to stop: a number may belong to something else a moment later.
  const processes = [emulator, processIdentity(emulator.keeperPid)];
  const feed = await openFeed(emulator);
  await request(emulator, 'POST /stop', { remove });
  let printer = freshFeedPrinter;
  let stopped = false;
  for await (const item of feed) {
    stopped ||= item.type === 'stopped';
    const printed = printFeedItem(printer, item, { colour });
    printer = printed.printer;
    if (json) printJson(item, 'line');
    else print(printed.lines);
  }
  for (const process of processes) await gone(process, performance.now() + emulatorMs.emulatorGone);
  if (!stopped) throw new UserError('RV6404', 'the emulator ended before everything was stopped in order', 'the next rolevm up cleans up');
}

/** Deletes a deployment that no emulator runs; the lock keeps one from starting meanwhile. */
async function deleteStored(stateDirectory: string, json: boolean): Promise<void> {
  await withLock(stateDirectory, async () => {
    // One that was to come back with a snapshot would come back after all.
    await finishRestore(stateDirectory);
    deploymentStore(stateDirectory).remove();
  });
  if (json) printJson({ deleted: stateDirectory });
  else print(['no emulator is running; its deployment is deleted']);
}

/** Snapshots were made to come back to: they outlive the deployment unless that is not wanted. */
async function endSnapshots(stateDirectory: string, remove: boolean, json: boolean): Promise<void> {
  const names = snapshotNames(stateDirectory);
  if (names.length === 0) return;
  if (remove) await deleteSnapshots(stateDirectory, names);
  if (json) return;
  const all = `${names.length} ${names.length === 1 ? 'snapshot' : 'snapshots'}`;
  print([remove ? `deleted with ${all}` : `${all} kept: rolevm snapshot list; rolevm snapshot restore brings a deployment back`]);
}

/** @throws UserError RV6421 when it still lives at `deadline` of performance.now() */
async function gone(process: ProcessIdentity | undefined, deadline: number): Promise<void> {
  while (process !== undefined && isAlive(process)) {
    if (performance.now() > deadline) {
      throw new UserError(
        'RV6421',
        `the emulator's process ${process.pid} is still there ${emulatorMs.emulatorGone / 1_000} s after everything has stopped`,
        'rolevm doctor ends what is left',
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
