import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { StoredVm } from '../control/stored-vms.ts';

/** A log on a drive of an instance. */
export interface LogFile {
  readonly instance: string;
  readonly name: string;
  /** `C:\Logs\WaAppAgent.log`. */
  readonly drivePath: string;
  readonly hostPath: string;
}

const places = ['C/Logs', 'C/Resources', 'C/Config', 'D/Packages', 'D/Windows/System32/LogFiles', 'E/approot', 'F/approot'];
const logName = /\.(log|out|err)(\.old)?(\.\d+)?$|log\.txt$/i;
const deepest = 6;
const most = 5_000;

/** The logs of a VM, those that were moved to `.old` included, in the order of their paths. Links are not followed. */
export function logFiles(vm: StoredVm): readonly LogFile[] {
  const found: LogFile[] = [];
  for (const place of places) collect(vm, place.split('/'), found);
  return found;
}

const telling = [
  /^C:\\Resources\\WaHostBootstrapper\.log$/i,
  /^C:\\Logs\\AppAgentRuntime\.log$/i,
  /^C:\\Logs\\StartupTasks\\[^\\]+\.log$/i,
  /^C:\\Logs\\Services\\[^\\]+\.log$/i,
  /^C:\\Logs\\[^\\]+\.out\.log$/i,
];

/**
 * The files that tell most about a role's start and end (AB 7.4): what the bootstrapper did, what the agent decided, what startup
 * tasks and the role printed. Those of earlier starts are left out.
 */
export function isTelling({ drivePath }: LogFile): boolean {
  return telling.some((pattern) => pattern.test(drivePath));
}

/** Whether a user who says `name` means this file: its name with or without .log, or its drive path, in any case. */
export function isNamed(file: LogFile, name: string): boolean {
  const wanted = name.toLowerCase().replaceAll('/', '\\');
  return [file.name, file.name.replace(/\.log$/i, ''), file.drivePath].some((candidate) => candidate.toLowerCase() === wanted);
}

function collect(vm: StoredVm, parts: readonly string[], found: LogFile[]): void {
  const folder = join(vm.root, ...parts);
  for (const entry of entriesOf(folder)) {
    if (found.length >= most) return;
    if (entry.isDirectory() && entry.name !== 'node_modules' && parts.length < deepest) collect(vm, [...parts, entry.name], found);
    if (!entry.isFile() || !logName.test(entry.name)) continue;
    const [letter, ...names] = [...parts, entry.name];
    found.push({
      instance: vm.instance,
      name: entry.name,
      drivePath: `${letter}:\\${names.join('\\')}`,
      hostPath: join(folder, entry.name),
    });
  }
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  } catch {
    return [];
  }
}
