import type { FileChange } from '../../contracts/file-change.ts';
import type { InstanceStatus } from '../../contracts/instance-status.ts';
import { emulatorMs } from '../../contracts/timings-of-the-emulator.ts';
import type { FabricController } from '../../fabric/fabric-controller.ts';
import type { Feed } from './feed.ts';
import { followOutput } from './follow-output.ts';
import type { LoadedFiles } from './loaded-files.ts';
import { patchTarget } from './patch-target.ts';
import { watchDrives } from './watch-drives.ts';

/**
 * Opens what the VMs do not need to boot: live output, the control server, the watch over the application drives.
 *
 * @param content what a process has loaded from a file; a copy onto it is undone where this is known
 * @param openServer opens the control server and returns how to close it
 * @returns how to close it all
 */
export async function openDoors(
  fabric: FabricController,
  feed: Feed,
  content: LoadedFiles['content'],
  openServer: () => Promise<() => Promise<void>>,
): Promise<() => Promise<void>> {
  const stopOutput = followOutput(fabric.instances, feed);
  // The first VM gets the machine to itself until its agents run: loading the server takes as long as starting one of them.
  await Promise.race([states(fabric, feed, (all) => all.some((state) => !beforeGuest.has(state))), patience()]);
  const closeServer = await openServer();
  // What is written while the drives are made is not news.
  await states(fabric, feed, (all) => all.every((state) => !beforeDrives.has(state)));
  const tell = (instance: string, text: string, change?: FileChange) =>
    feed.tell({ type: 'file', instance, text, ...(change === undefined ? {} : { change }) });
  const watch = await watchDrives(() => fabric.instances.map(patchTarget), tell, content);
  const stopLooking = feed.follow((item) => {
    if (item.type === 'drives') watch.look(item.instance);
    if (item.type === 'status' && item.instance.state === 'CreatingRole') watch.look(item.instance.name);
  });
  return async () => {
    stopOutput();
    stopLooking();
    await watch.close();
    await closeServer();
  };
}

const beforeDrives: ReadonlySet<InstanceStatus> = new Set<InstanceStatus>(['RoleStateUnknown', 'CreatingVM']);
const beforeGuest: ReadonlySet<InstanceStatus> = new Set<InstanceStatus>([...beforeDrives, 'StartingVM']);

function patience(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, emulatorMs.serverAtTheLatest);
  });
}

/** Resolves when the states of the instances are such. */
function states(fabric: FabricController, feed: Feed, such: (all: readonly InstanceStatus[]) => boolean): Promise<void> {
  const are = () => such(fabric.instances.map((instance) => instance.entry().state));
  return new Promise((resolve) => {
    if (are()) {
      resolve();
      return;
    }
    const stop = feed.follow((item) => {
      if (item.type !== 'status' || !are()) return;
      stop();
      resolve();
    });
  });
}
