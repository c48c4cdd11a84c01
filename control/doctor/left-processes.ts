import { type DeploymentDocument, deploymentMarker } from '../../contracts/deployment.ts';
import { deploymentStore } from '../../fabric/deployment-store.ts';
import {
  ancestors,
  commandLine,
  descendants,
  findByMarker,
  fullName,
  listProcesses,
  type Marker,
  type ProcessEntry,
} from '../../kernel/process-table/index.ts';
import { readVmDocument } from '../../sandbox/vm-document.ts';
import { readStateFile } from '../state-file.ts';
import { storedVms } from '../stored-vms.ts';
import type { Leftover } from './leftover.ts';

/**
 * What the processes of this state directory's deployments were started with: jobs first, then the services that own them.
 *
 * The store may be behind the drives, or the other way round, after an end in the midst of a start.
 */
export function markersOf(stateDirectory: string): readonly Marker[] {
  const stored: DeploymentDocument | undefined = deploymentStore(stateDirectory).read();
  const onDrives = storedVms(stateDirectory).flatMap(({ root }) => {
    try {
      return [readVmDocument(root).deploymentId];
    } catch {
      return [];
    }
  });
  const ids = [...new Set([...(stored === undefined ? [] : [stored.id]), ...onDrives])].filter((id) => /^[0-9a-f]{32}$/.test(id));
  return [...ids.map((id) => ({ RoleDeploymentID: id })), ...ids.map((id) => ({ [deploymentMarker]: id }))];
}

/**
 * Living processes of earlier runs: those that carry a marker of the deployment, with everything below them, and a keeper without its
 * emulator.
 *
 * @param owner pid of the emulator that runs: what is below it, and below its keeper, is its own
 */
export function leftProcesses(stateDirectory: string, owner: number | undefined): readonly Leftover[] {
  const table = listProcesses();
  const roots = markersOf(stateDirectory).flatMap((marker) => findByMarker(marker, table));
  const keeper = owner === undefined ? keeperLeft(stateDirectory, table) : [];
  const found = [...roots, ...keeper].flatMap((root) => [root, ...descendants(root.pid, table)]);
  const spared = new Set([process.pid, ...ancestors(process.pid, table), ...(owner === undefined ? [] : treeOf(owner, table))]);
  return [...new Map(found.map((entry) => [entry.pid, entry])).values()]
    .filter(({ pid, state }) => !spared.has(pid) && state !== 'Z' && state !== 'X')
    .map((entry) => ({
      kind: 'process',
      process: { pid: entry.pid, startTicks: entry.startTicks },
      text: `${fullName(entry)} (${entry.pid}) still runs`,
    }));
}

function treeOf(owner: number, table: readonly ProcessEntry[]): readonly number[] {
  const keeper = table.find(({ pid }) => pid === owner)?.ppid ?? owner;
  // An emulator whose keeper has gone has a parent that is not rolevm's.
  const root = isKeeper(keeper) ? keeper : owner;
  return [root, ...descendants(root, table).map(({ pid }) => pid)];
}

/** The keeper that the state file names, if it is that very process: it was there before the file. */
function keeperLeft(stateDirectory: string, table: readonly ProcessEntry[]): readonly ProcessEntry[] {
  const state = readStateFile(stateDirectory);
  return table.filter(
    ({ pid, startedAtMs }) => state !== undefined && pid === state.keeperPid && startedAtMs <= Date.parse(state.startedAt) && isKeeper(pid),
  );
}

function isKeeper(pid: number): boolean {
  const words = commandLine(pid);
  return words.some((word) => /(^|[\\/])rolevm(\.cjs)?$/.test(word)) && (words.includes('up') || words.includes('__keep'));
}
