import type { Emulator, FeedItem, StatusDocument } from '../../contracts/control-api.ts';
import type { DeploymentDocument } from '../../contracts/deployment.ts';
import { UserError } from '../../contracts/diagnostic.ts';
import type { EmulatorOptions } from '../../contracts/emulator-options.ts';
import { emulatorMs } from '../../contracts/timings-of-the-emulator.ts';
import type { FabricController, RunningInstance } from '../../fabric/fabric-controller.ts';
import type { RolePackage } from '../../model/package/service-package.ts';
import { type DebugDesk, debugDesk } from './debug/debug-desk.ts';
import { debugProcesses, usualTarget } from './debug/debug-processes.ts';
import { fuseOf, withDebugged, withDebugStates } from './debug/debug-view.ts';
import { type FaultDesk, faultDesk } from './fault-desk.ts';
import type { Feed } from './feed.ts';
import { killProcess } from './kill-process.ts';
import { listVmProcesses } from './list-processes.ts';
import { patchFile } from './patch-file.ts';
import { patchTarget } from './patch-target.ts';
import { planEvent } from './plan-event.ts';
import { raiseEvent } from './raise-event.ts';
import { restoreSnapshot } from './restore-snapshot.ts';
import { revertPatch } from './revert-patch.ts';

export interface EmulatorParts {
  readonly options: EmulatorOptions;
  readonly version: string;
  readonly startedAt: string;
  readonly document: DeploymentDocument;
  readonly fabric: FabricController;
  /** What the package has for each role. */
  readonly roles: readonly RolePackage[];
  readonly feed: Feed;
  readonly stop: (options: { readonly remove: boolean }) => void;
}

/** What commands can ask of the running emulator. */
export function createEmulator(parts: EmulatorParts): Emulator {
  const { fabric, feed } = parts;
  const desk = deskOf(parts);
  const faults = faultDesk(fabric.instances, feed);
  const list = () =>
    withDebugStates(
      listVmProcesses(
        fabric.instances.map((instance) => ({
          instance: instance.vm.instanceId,
          known: instance.processes(),
          agentVersion: instance.agentVersion(),
        })),
      ),
      fabric.instances,
      desk,
    );
  return {
    status: () => statusOf(parts, desk, faults),
    processes: async () => {
      await desk.look();
      return list();
    },
    kill: (request) => {
      chosen(fabric, request.instance);
      return killProcess(request, list, (pids) => endsTold(feed, pids));
    },
    raise: (request) => raiseEvent(request, fabric, chosen(fabric, request.instance)),
    patch: async (request) => {
      const targets = chosen(fabric, request.instance).map(patchTarget);
      const result = await patchFile(request, targets, waitForEnd(feed, request.waitMs ?? 0));
      for (const { instance, drivePath, sha256 } of result.patched) feed.tell({ type: 'patched', instance, drivePath, sha256 });
      return result;
    },
    debug: (request) => {
      chosen(fabric, request.instance);
      return debugProcesses(request, desk, list, (pid) => isPlayed(fabric, pid));
    },
    revert: async (request) => {
      const targets = chosen(fabric, request.instance).map(patchTarget);
      const result = await revertPatch(request, targets, waitForEnd(feed, request.waitMs ?? 0));
      for (const { instance, drivePath, sha256 } of result.reverted) feed.tell({ type: 'reverted', instance, drivePath, sha256 });
      return result;
    },
    fault: (request) => faults.answer(request, chosen(fabric, request.instance)),
    plan: (request) => planEvent(request, chosen(fabric, request.instance), parts.roles, fabric.instances),
    restore: (request) => restoreSnapshot(request, parts.options.stateDirectory, parts.document, fabric),
    follow: feed.follow,
    stop: (options) => {
      parts.stop(options);
      for (const text of unanswered(fabric, desk)) feed.tell({ type: 'notice', text });
    },
  };
}

function deskOf({ fabric, feed }: EmulatorParts): DebugDesk {
  const desk: DebugDesk = debugDesk(({ instance: name, name: process, pid }, state) => {
    const instance = fabric.instances.find(({ vm }) => vm.instanceId === name);
    const vmRestartAt = process === usualTarget && instance !== undefined ? fuseOf(instance, desk) : undefined;
    feed.tell({ type: 'debug', instance: name, name: process, pid, state, ...(vmRestartAt === undefined ? {} : { vmRestartAt }) });
  });
  return desk;
}

function isPlayed(fabric: FabricController, pid: number): boolean {
  return fabric.instances.some((instance) => instance.processes().some((process) => process.pid === pid && process.kind === 'played'));
}

/** Sentences on instances that nobody stops in order now. */
function unanswered(fabric: FabricController, desk: DebugDesk): readonly string[] {
  const silent = fabric.instances.filter((instance) => fuseOf(instance, desk) !== undefined);
  return silent.map(
    ({ vm }) =>
      `${vm.instanceId} does not hear of it while a debugger is at ${usualTarget}: it is powered off when it has been silent for a minute of its time, unless that is detached before`,
  );
}

function statusOf({ options, version, startedAt, document, fabric }: EmulatorParts, desk: DebugDesk, faults: FaultDesk): StatusDocument {
  return {
    emulator: {
      pid: process.pid,
      version,
      speed: options.speed,
      startedAt,
      state: fabric.status(),
      stateDirectory: options.stateDirectory,
      logs: options.logsDirectory,
    },
    deployment: { id: document.id, serviceName: document.serviceName, servicePath: document.servicePath, status: fabric.status() },
    instances: fabric.instances.map((instance) => {
      const set = faults.of(instance.vm.instanceId);
      return { ...withDebugged(instance, desk), ...(set.length === 0 ? {} : { faults: set }) };
    }),
  };
}

function chosen(fabric: FabricController, name: string | undefined): readonly RunningInstance[] {
  if (name === undefined) return fabric.instances;
  const found = fabric.instances.filter(({ vm }) => vm.instanceId.toLowerCase() === name.toLowerCase());
  if (found.length > 0) return found;
  const names = fabric.instances.map(({ vm }) => vm.instanceId).join(', ');
  throw new UserError('RV4405', `there is no instance ${name}`, `the instances are ${names}`);
}

/** How to wait until some process may have let go of its files. Resolves false when the time is over. */
function waitForEnd(feed: Feed, waitMs: number): () => Promise<boolean> {
  const deadline = performance.now() + waitMs;
  return () =>
    new Promise((resolve) => {
      const left = deadline - performance.now();
      if (left <= 0) {
        resolve(false);
        return;
      }
      const done = () => {
        clearTimeout(timer);
        stop();
        resolve(true);
      };
      const timer = setTimeout(done, Math.min(left, emulatorMs.lookForEnd));
      const stop = feed.follow((item: FeedItem) => {
        if (item.type === 'process.ended') done();
      });
    });
}

/** Resolves when the end of each of these processes has been told. Not every process is known by report: it does not wait long. */
function endsTold(feed: Feed, pids: readonly number[]): Promise<void> {
  return new Promise((resolve) => {
    const missing = new Set(pids);
    const done = () => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    const timer = setTimeout(done, emulatorMs.endReported);
    const stop = feed.follow((item) => {
      if (item.type === 'process.ended') missing.delete(item.pid);
      if (missing.size === 0) done();
    });
  });
}
