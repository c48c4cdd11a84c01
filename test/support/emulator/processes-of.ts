import { readFileSync, readlinkSync } from 'node:fs';
import { join, sep } from 'node:path';
import { descendants, findByMarker, fullName, listProcesses, type Marker, type ProcessEntry } from '../../../kernel/process-table/index.ts';

/**
 * Every living process that an emulator over this state directory has to answer for: those that were started with its variables, those
 * that work in one of its folders however detached they are, and everything below any of them.
 */
export function processesOf(stateDirectory: string): ProcessEntry[] {
  const table = listProcesses();
  const id = deploymentId(stateDirectory);
  const markers: Marker[] = [
    { ROLEVM_STATE: stateDirectory },
    ...(id === undefined ? [] : [{ ROLEVM_DEPLOYMENT: id }, { RoleDeploymentID: id }]),
  ];
  const roots = [
    ...markers.flatMap((marker) => findByMarker(marker, table)),
    ...table.filter(({ pid }) => `${workingDirectory(pid)}${sep}`.startsWith(`${stateDirectory}${sep}`)),
  ];
  const found = roots.flatMap((root) => [root, ...descendants(root.pid, table)]);
  return [...new Map(found.map((entry) => [entry.pid, entry])).values()].filter(
    ({ pid, state }) => state !== 'Z' && state !== 'X' && pid !== process.pid,
  );
}

/** `WaWorkerHost (4711, S)`: for a message. */
export function namesOf(processes: readonly ProcessEntry[]): string {
  return processes.map((entry) => `${fullName(entry)} (${entry.pid}, ${entry.state})`).join(', ');
}

/** Resolves when nothing of this emulator is alive. @throws Error naming what still is when `withinMs` real milliseconds are over */
export async function nothingLeft(stateDirectory: string, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs;
  for (let left = processesOf(stateDirectory); left.length > 0; left = processesOf(stateDirectory)) {
    if (performance.now() > deadline) throw new Error(`processes are left over: ${namesOf(left)}`);
    await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
  }
}

const lookAgainMs = 25;

function deploymentId(stateDirectory: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(join(stateDirectory, 'deployment.json'), 'utf8')) as { id: string }).id;
  } catch {
    return undefined;
  }
}

/** Linux only; a deleted folder keeps its name. */
function workingDirectory(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`).replace(/ \(deleted\)$/, '');
  } catch {
    return '';
  }
}
