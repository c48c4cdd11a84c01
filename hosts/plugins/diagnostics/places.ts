import path from 'node:path';
import type { VmDocument } from '../../../contracts/vm-document.ts';
import type { DriveLayout } from '../../../sandbox/drive-layout.ts';
import { toDrivePath, toHostPath } from '../../../sandbox/drive-path.ts';
import type { DiagnosticsSource, DirectorySource } from './configuration.ts';
import { type FoundFile, findFiles, findLogs } from './find-files.ts';
import { type LineFilter, lineFilterFor } from './line-filter.ts';

/** Files that go into one folder of the store. */
export interface Collection {
  /** Name of a container for directories, of a table for logs, as Azure's storage has them. */
  readonly container: string;
  readonly quotaBytes: number;
  readonly find: () => readonly FoundFile[];
  readonly filter?: () => LineFilter;
}

/** What an agent knows of its VM. */
export interface DiagnosticsPlace {
  readonly vm: Pick<VmDocument, 'roleKind' | 'localStorage'>;
  readonly layout: DriveLayout;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Host path of the folder that what is collected goes to: the storage account of this VM (AB 7.1: `WAD0107`). */
export function storeFolder(layout: DriveLayout): string {
  return path.join(layout.diagnosticStore.host, 'WAD0107');
}

/** What a source consists of. @throws Error with one sentence for a directory that cannot be on this VM */
export function collectionsOf(source: DiagnosticsSource, place: DiagnosticsPlace): readonly Collection[] {
  if (source.kind === 'Directories') return source.directories.map((directory) => directoryCollection(directory, place));
  const form = source.kind === 'WindowsEventLog' ? 'events' : 'text';
  // What a role prints has no levels.
  const filter = source.kind === 'Logs' ? undefined : lineFilterFor(source.levels, form);
  const find = () => logsOf(source, place);
  return [{ container: tables[source.kind], quotaBytes: source.quotaBytes, find, ...(filter && { filter }) }];
}

/** Azure's names of the tables that these go to. */
const tables = {
  Logs: 'WADLogsTable',
  WindowsEventLog: 'WADWindowsEventLogsTable',
  DiagnosticInfrastructureLogs: 'WADDiagnosticInfrastructureLogsTable',
} as const;

function logsOf({ kind, eventLogs }: DiagnosticsSource, { layout }: DiagnosticsPlace): readonly FoundFile[] {
  if (kind === 'WindowsEventLog') {
    const wanted = new Set(eventLogs.map((name) => name.toLowerCase()));
    return findLogs(layout.eventLogs.host, (name) => wanted.has((/^([^.]+)\..+\.jsonl(\.old)?$/.exec(name)?.[1] ?? '').toLowerCase()));
  }
  // Trace messages of role code are what it prints here.
  if (kind === 'Logs') return findLogs(layout.logs.host, (name) => /\.out\.log$/i.test(name));
  return [
    ...findLogs(layout.logs.host, (name) => /^(AppAgentRuntime|WaAppAgent)\.log/i.test(name)),
    ...findLogs(layout.resources.host, (name) => /^WaHostBootstrapper\.log/i.test(name)),
    // Without the agent's own, which would grow by being collected.
    ...findLogs(layout.diagnosticStore.host, (name) => /\.log(\.old)?$/i.test(name) && !/^DiagnosticsAgent\.log/i.test(name)),
  ];
}

function directoryCollection({ container, quotaBytes, place }: DirectorySource, vm: DiagnosticsPlace): Collection {
  const folder = folderOf(place, vm);
  return { container, quotaBytes, find: () => findFiles(folder(), storeFolder(vm.layout)) };
}

/** Asked anew for each pass: a folder that appears later may be a link that leads out, which is an error then. */
function folderOf(place: DirectorySource['place'], { vm, layout, env }: DiagnosticsPlace): () => string {
  const { vmRoot } = layout;
  if (place.kind === 'known') return () => path.join(layout.diagnosticStore.host, place.folder);
  if (place.kind === 'localResource') {
    const known = vm.localStorage.some(({ name }) => name === place.name);
    if (!known) throw new Error(`LocalResource/@name is "${place.name}", and the role has no LocalStorage of that name`);
    const drivePath = `${layout.localStorage(place.name).drive}\\${place.relativePath}`;
    toHostPath(vmRoot, drivePath);
    return () => toHostPath(vmRoot, drivePath);
  }
  const drivePath = onDrive(vmRoot, place.expandEnvironment ? expand(place.path, env) : place.path);
  toHostPath(vmRoot, drivePath);
  return () => toHostPath(vmRoot, drivePath);
}

/** Variables hold host paths, which are drive paths again here. */
function onDrive(vmRoot: string, written: string): string {
  const slashed = written.replaceAll('\\', '/');
  return path.isAbsolute(slashed) ? (toDrivePath(vmRoot, path.resolve(slashed)) ?? written) : written;
}

function expand(text: string, env: DiagnosticsPlace['env']): string {
  const byName = new Map(Object.entries(env).map(([name, value]) => [name.toLowerCase(), value]));
  return text.replaceAll(/%([^%]+)%/g, (whole, name: string) => byName.get(name.toLowerCase()) ?? whole);
}
