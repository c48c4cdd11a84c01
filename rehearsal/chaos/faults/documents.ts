import { existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runningState, stateFileName } from '../../../control/state-file.ts';
import { type StoredVm, storedVms } from '../../../control/stored-vms.ts';
import { deploymentStore } from '../../../fabric/deployment-store.ts';
import type { Random } from '../../../kernel/random.ts';
import { driveLayout } from '../../../sandbox/drive-layout.ts';
import { readVmDocument } from '../../../sandbox/vm-document.ts';
import { chaosMs } from '../chaos-timings.ts';
import type { Target } from '../target.ts';
import { LossError } from '../types.ts';
import { orNothing } from './commands.ts';
import { type Fault, struck } from './fault.ts';

/** Files that rolevm lives on are damaged by somebody else. */
export const documents: readonly Fault[] = [
  {
    kind: 'state.json',
    weight: 1,
    strike: async (target, choose) => {
      const how = damage(join(target.stateDirectory, stateFileName), choose);
      await target.until(
        `state.json was ${how} and not written anew`,
        chaosMs.writtenAnew,
        () => runningState(target.stateDirectory) !== undefined,
      );
      return struck(how);
    },
  },
  {
    kind: 'deployment.json',
    weight: 1,
    strike: async (target, choose) => {
      const store = deploymentStore(target.stateDirectory);
      const before = store.read()?.id;
      const how = damage(join(target.stateDirectory, 'deployment.json'), choose);
      const isAnew = () => quietly(() => store.read()?.id) === before;
      await target.until(`deployment.json was ${how} and not written anew`, chaosMs.writtenAnew, isAnew);
      return struck(how);
    },
  },
  {
    kind: 'vm.json',
    weight: 1,
    strike: async (target, choose) => {
      const { instance, root } = choose.pick(storedVms(target.stateDirectory));
      const how = damage(join(root, 'vm.json'), choose);
      // Whoever starts now reads it.
      const victim = choose.pick(['WaAppAgent', 'WindowsAzureGuestAgent', 'WaHostBootstrapper']);
      await orNothing(target.ask('POST /kill', { target: victim, instance }));
      const isAnew = () => quietly(() => readVmDocument(root).instanceId) === instance;
      await target.until(`vm.json of ${instance} was ${how} and not written anew`, chaosMs.writtenAnew, isAnew);
      return struck(`${instance}: ${how}, then ${victim} killed`);
    },
  },
  {
    kind: 'RoleModel.xml',
    weight: 1,
    strike: async (target, choose) => {
      const vm = choose.pick(storedVms(target.stateDirectory));
      const file = layoutOf(vm).roleModel.host;
      const content = readFileSync(file);
      const how = damage(file, choose);
      try {
        await orNothing(target.ask('POST /kill', { target: 'WaHostBootstrapper', instance: vm.instance }));
        await untilRecycling(target, vm.instance, how);
      } finally {
        writeFileSync(file, content);
      }
      return struck(`${vm.instance}: ${how}, then WaHostBootstrapper killed; put back when the role recycled`);
    },
  },
  {
    kind: 'C:\\Config',
    weight: 1,
    strike: async (target, choose) => {
      const vm = choose.pick(storedVms(target.stateDirectory));
      const { configDocument, roleEnvironment } = layoutOf(vm);
      const document = choose.pick([configDocument, roleEnvironment]);
      const how = damage(document.host, choose);
      await orNothing(target.ask('POST /kill', { target: 'WaHostBootstrapper', instance: vm.instance }));
      return struck(`${vm.instance}: ${document.drive.replace(/^.*\\/, '')} ${how}, then WaHostBootstrapper killed`);
    },
  },
];

/** The role cannot start without its model: it recycles until the file is whole, and its status says why (AB 1.2, 3.5). */
async function untilRecycling(target: Target, name: string, how: string): Promise<void> {
  const what = `RoleModel.xml of ${name} was ${how}, and no status of a failed start names it`;
  await target.until(what, target.settleMs, async () => {
    const { instances } = await target.ask('GET /status');
    const { state, details } = instances.find((instance) => instance.name === name) ?? {};
    return state !== 'ReadyRole' && details?.includes('RoleModel.xml') === true;
  });
}

function layoutOf({ root }: StoredVm): ReturnType<typeof driveLayout> {
  return driveLayout(root, readVmDocument(root));
}

/** @returns in what way the file was damaged */
function damage(file: string, choose: Random): string {
  if (!existsSync(file)) throw new LossError(`${file} is not there`);
  const how = choose.pick(['cut in half', 'emptied', 'removed', 'overwritten with zeros'] as const);
  const { size } = statSync(file);
  if (how === 'removed') rmSync(file);
  else if (how === 'overwritten with zeros') writeFileSync(file, Buffer.alloc(size));
  else truncateSync(file, how === 'emptied' ? 0 : Math.floor(size / 2));
  return how;
}

function quietly<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
