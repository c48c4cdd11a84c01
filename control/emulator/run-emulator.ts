import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { Emulator, FeedItem } from '../../contracts/control-api.ts';
import type { DeploymentDocument } from '../../contracts/deployment.ts';
import type { Diagnostic } from '../../contracts/diagnostic.ts';
import type { EmulatorOptions } from '../../contracts/emulator-options.ts';
import { resolveTimings } from '../../contracts/timings.ts';
import { type DeploymentStore, deploymentStore } from '../../fabric/deployment-store.ts';
import { type FabricController, type FabricListener, startFabricController } from '../../fabric/fabric-controller.ts';
import { processIdentity } from '../../kernel/process-table/index.ts';
import { deletedBehind } from '../../sandbox/delete-behind.ts';
import { vmDocumentFile } from '../../sandbox/vm-document.ts';
import { loadedText } from '../loaded-text.ts';
import { acquireOwnerLock } from '../owner-lock.ts';
import { serveControl } from '../serve-control.ts';
import { publishState, stateFileName, withdrawState } from '../state-file.ts';
import { createEmulator } from './emulator.ts';
import { createFeed, type Feed } from './feed.ts';
import { findImages } from './find-images.ts';
import { guardDocuments } from './guard-documents.ts';
import { keepTimeLine } from './keep-time-line.ts';
import { loadService } from './load-service.ts';
import { type LoadedFiles, loadedFiles } from './loaded-files.ts';
import { offerRuntime } from './offer-runtime.ts';
import { openDeployment } from './open-deployment.ts';
import { openDoors } from './open-doors.ts';
import { placeService } from './place-service.ts';
import { readSettings } from './read-settings.ts';
import { restartWindow } from './restart-window.ts';

export interface RunOptions {
  readonly options: EmulatorOptions;
  /** Folder of the bundles of the played processes. */
  readonly bundlesDirectory: string;
  readonly version: string;
  /** Hears everything from the very first item on. */
  readonly listener: (item: FeedItem) => void;
  /** Called once the control server answers. */
  readonly onReachable: (emulator: Emulator) => void;
  /** A fault of rolevm; `id` is what a command has shown its user. */
  readonly onFault: (error: unknown, id?: string) => void;
}

export interface Run {
  readonly emulator: Emulator;
  /** Resolves when everything has stopped in order and nothing of this process is open any more. */
  readonly ended: Promise<void>;
  /** Before a forced end: commands are not to find this process any more. */
  readonly giveUp: () => void;
}

/**
 * Deploys a service and runs it until it is stopped.
 *
 * @throws UserError for whatever the user can mend; nothing has been started then
 */
export async function runEmulator(run: RunOptions): Promise<Run> {
  const { options, version } = run;
  const { stateDirectory, servicePath } = options;
  const identity = ownIdentity();
  const lock = acquireOwnerLock(stateDirectory, identity);
  const feed = createFeed();
  feed.follow(run.listener);
  const settings = readSettings(servicePath);
  const service = await loadService(servicePath, options.configuration);
  const images = findImages(stateDirectory, service.model);
  const timings = resolveTimings(options.speed, settings.timings);
  const closeTimeLine = keepTimeLine(feed, { options, timings, version, service: service.model.definition.name });
  const store = deploymentStore(stateDirectory);
  const deployment = await openDeployment(store, service, servicePath);
  for (const text of [...deployment.notices, ...service.warnings.map(warningText)]) feed.tell({ type: 'notice', text });
  offerRuntime(store.vmsDirectory, run.bundlesDirectory);
  let whenClosed = () => {};
  const closed = new Promise<void>((resolve) => {
    whenClosed = resolve;
  });
  const { bundlesDirectory } = run;
  const placing = { service, deployment, settings, timings, speed: options.speed, bundlesDirectory, stateDirectory, images };
  const { placed, notices } = await placeService(placing);
  for (const text of notices) feed.tell({ type: 'notice', text });
  const loaded = loadedFiles(store.vmsDirectory, options.strictLocks);
  let { document } = deployment;
  const listener: FabricListener = {
    ...listenFor(feed, loaded),
    goals: (goals, nodes) => {
      const next = { ...document, goals, nodes };
      store.write(next);
      document = next;
    },
    closed: () => whenClosed(),
    fault: run.onFault,
  };
  const fabric = startFabricController(placed, store.vmsDirectory, listener, {
    ...(settings.vmsPerNode === undefined ? {} : { vmsPerNode: settings.vmsPerNode }),
    former: document.nodes ?? {},
  });
  let fate: 'keep' | 'remove' = 'keep';
  const emulator = createEmulator({
    options,
    version,
    startedAt: new Date().toISOString(),
    document: deployment.document,
    fabric: withLoaded(fabric, loaded),
    roles: service.packaged.roles,
    feed,
    stop: ({ remove }) => {
      if (remove) fate = 'remove';
      if (fabric.isClosing()) return;
      feed.tell({ type: 'stopping' });
      fabric.close();
    },
  });
  const closing = openDoors(fabric, feed, loaded.content, () => serve(run, emulator, identity));
  closing.catch(run.onFault);
  const vmDocuments = fabric.instances.map(({ vmRoot }) => vmDocumentFile(vmRoot));
  const endGuard = guardDocuments(feed, [lock.path, store.file, path.join(stateDirectory, stateFileName), ...vmDocuments]);
  const ended = closed.then(async () => {
    endGuard();
    await deletedBehind();
    if (fate === 'remove') store.remove();
    else keepAsStopped(store, document, feed);
    await service.package.close();
    const close = await closing;
    feed.tell({ type: 'stopped' });
    closeTimeLine();
    withdrawState(stateDirectory, identity.token);
    await close();
    lock.release();
  });
  return { emulator, ended, giveUp: () => withdrawState(stateDirectory, identity.token) };
}

function keepAsStopped(store: DeploymentStore, document: DeploymentDocument, feed: Feed): void {
  try {
    store.write({ ...document, lifecycle: 'stopped' });
  } catch (error) {
    feed.tell({ type: 'notice', text: `${error instanceof Error ? error.message : String(error)}; the next up takes it for a power loss` });
  }
}

interface Identity {
  readonly pid: number;
  readonly startTicks: string;
  /** What commands must show to be listened to. */
  readonly token: string;
}

function ownIdentity(): Identity {
  const { pid } = process;
  return { ...(processIdentity(pid) ?? { pid, startTicks: '' }), token: randomBytes(32).toString('hex') };
}

function warningText({ message, file, line }: Diagnostic): string {
  return `${[file, line].filter((part) => part !== undefined).join(':')}: ${message}`;
}

function listenFor(feed: Feed, loaded: LoadedFiles): Omit<FabricListener, 'goals' | 'closed' | 'fault'> {
  const ready = new Set<string>();
  const window = restartWindow(feed, loaded);
  return {
    status: (instance) => {
      feed.tell({ type: 'status', instance });
      window.status(instance);
      if (instance.state !== 'ReadyRole') ready.delete(instance.name);
      else if (!ready.has(instance.name)) {
        ready.add(instance.name);
        for (const file of loaded.of(instance.name)) feed.tell({ type: 'file', instance: instance.name, text: loadedText(file) });
      }
    },
    processStarted: (instance, { name, pid, kind, task }) =>
      feed.tell({ type: 'process.started', instance, name, pid, kind, ...(task === undefined ? {} : { task }) }),
    processEnded: (instance, process, cause) => {
      loaded.forget(instance, process);
      feed.tell({ type: 'process.ended', instance, name: process.name, pid: process.pid, cause });
      window.ended(instance, process);
    },
    processLoaded: loaded.note,
    drivesRebuilt: (instance, rebuilt, snapshot) =>
      feed.tell({ type: 'drives', instance, rebuilt, ...(snapshot === undefined ? {} : { snapshot }) }),
    rotation: (instance, rotation) => feed.tell({ type: 'rotation', instance, rotation }),
    notice: (instance, text) => feed.tell({ type: 'notice', ...(instance === undefined ? {} : { instance }), text }),
  };
}

function withLoaded(fabric: FabricController, loaded: LoadedFiles): FabricController {
  const instances = fabric.instances.map((instance) => ({
    ...instance,
    // It changes with the letter of the role's drive.
    get vm() {
      return instance.vm;
    },
    entry: () => ({ ...instance.entry(), loaded: loaded.of(instance.vm.instanceId, instance.processes()) }),
  }));
  return { ...fabric, instances };
}

/** Opens the control server and says where it is. @returns how to close it */
async function serve({ options, onFault, onReachable }: RunOptions, emulator: Emulator, identity: Identity): Promise<() => Promise<void>> {
  const server = await serveControl(emulator, { token: identity.token, onFault: (id, error) => onFault(error, id) });
  publishState(options.stateDirectory, {
    formatVersion: 1,
    ...identity,
    keeperPid: process.ppid,
    port: server.port,
    startedAt: emulator.status().emulator.startedAt,
    service: path.basename(options.servicePath),
  });
  onReachable(emulator);
  return server.close;
}
