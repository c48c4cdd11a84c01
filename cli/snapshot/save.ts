import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { StateFile } from '../../contracts/control-api.ts';
import type { InstanceStatus } from '../../contracts/instance-status.ts';
import type { SnapshotManifest } from '../../contracts/snapshot.ts';
import { emulatorMs } from '../../contracts/timings-of-the-emulator.ts';
import { request } from '../../control/client.ts';
import { filesText, sizeText } from '../../control/size-text.ts';
import { finishRestore } from '../../control/snapshot/finish-restore.ts';
import { sizeOf } from '../../control/snapshot/list-snapshots.ts';
import { unfinished } from '../../control/snapshot/read-deployed.ts';
import { type SaveOptions, saveSnapshot } from '../../control/snapshot/save-snapshot.ts';
import { notRunning, runningState } from '../../control/state-file.ts';
import { withLock } from '../../control/with-lock.ts';
import { deploymentStore } from '../../fabric/deployment-store.ts';
import { type Cli, isJson, placeOf, print, printJson } from '../cli.ts';
import { ownVersion } from '../own-version.ts';
import { raiseEvent } from '../raise-event.ts';

export interface SaveFlags {
  readonly message?: string;
  readonly stop?: boolean;
}

/** Saves a snapshot of what runs, or of what was deployed last. */
export async function save(name: string | undefined, { message, stop = false }: SaveFlags, cli: Cli, command: Command): Promise<void> {
  const { stateDirectory } = placeOf(cli, command);
  const json = isJson(command);
  const options = {
    stateDirectory,
    ...(name === undefined ? {} : { name }),
    ...(message === undefined ? {} : { message }),
    version: ownVersion(cli.packageRoot),
    measured: ({ files, bytes }) => {
      if (!json) print([`saving ${filesText(files)}, ${sizeText(bytes)}`]);
    },
  } satisfies Partial<SaveOptions>;
  const emulator = runningState(stateDirectory);
  if (emulator === undefined && !existsSync(stateDirectory)) throw notRunning(stateDirectory);
  const manifest = emulator === undefined ? await saveAtRest(options) : await saveRunning(options, emulator, stop);
  if (json) printJson(manifest);
  else print(savedLines(manifest, emulator !== undefined && stop));
}

type Known = Pick<SaveOptions, 'stateDirectory' | 'name' | 'message' | 'version' | 'measured'>;

/** The states in which a VM has not all of its drives. */
const withoutDrives: readonly InstanceStatus[] = ['RoleStateUnknown', 'CreatingVM', 'DeletingVM'];

/** Nothing holds the emulator up: the copy is made here. It is asked before and after whether all VMs have their drives. */
async function saveRunning(options: Known, emulator: StateFile, stop: boolean): Promise<SnapshotManifest> {
  const { goals } = deploymentStore(options.stateDirectory).read() ?? {};
  const isWanted = Object.values(goals ?? {}).some(({ expectedState }) => expectedState === 'Started');
  if (stop && isWanted) await raiseEvent(emulator, { event: 'stop' }, emulatorMs.eventWait);
  const check = async () => {
    const { instances } = await request(emulator, 'GET /status');
    for (const { name, state } of instances) if (withoutDrives.includes(state)) throw unfinished(`${name} is ${state}`);
  };
  // The stop is not part of what is saved.
  return saveSnapshot({ ...options, check, saved: stop ? 'stopped' : 'running', ...(stop && goals !== undefined ? { goals } : {}) });
}

function saveAtRest(options: Known): Promise<SnapshotManifest> {
  const { stateDirectory } = options;
  return withLock(stateDirectory, async () => {
    await finishRestore(stateDirectory);
    const killed = deploymentStore(stateDirectory).read()?.lifecycle === 'running';
    return saveSnapshot({ ...options, check: async () => {}, saved: killed ? 'running' : 'stopped' });
  });
}

function savedLines(manifest: SnapshotManifest, stopped: boolean): readonly string[] {
  const { name, vms, saved } = manifest;
  const passedOver = vms.flatMap(({ drives }) => drives).reduce((sum, drive) => sum + drive.passedOver, 0);
  return [
    `snapshot ${name}: ${filesText(sizeOf(manifest).files)} of ${vms.map(({ instance }) => instance).join(', ')}`,
    saved === 'running'
      ? 'the roles went on: it is what was on the drives at that moment, as after a power loss'
      : 'the roles were stopped in order before',
    ...(passedOver === 0 ? [] : [`${passedOver} passed over: pipes, sockets and what went meanwhile`]),
    ...(stopped ? ['they stay stopped: rolevm start makes E: anew and starts them; the snapshot has E: as it was'] : []),
  ];
}
