import { existsSync, readdirSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import type { PsEntry, StatusDocument } from '../contracts/control-api.ts';
import type { EmulatorOptions } from '../contracts/emulator-options.ts';
import { painter, statusFormat } from './colour.ts';
import { treeLabel, treeRows } from './process-tree.ts';
import { shellQuote } from './shell-quote.ts';

export interface WelcomeInput {
  readonly status: StatusDocument;
  readonly processes: readonly PsEntry[];
  readonly options: Pick<EmulatorOptions, 'command' | 'colour' | 'stateNamed' | 'stateDirectory' | 'detach'>;
  /** A file to try `patch` with, as the user would type it. */
  readonly patchFile?: string;
}

/** What `up` shows once the processes run: the tree with pids, where the drives and logs are, three commands to copy. */
export function welcome(input: WelcomeInput): readonly string[] {
  const paint = painter(input.options.colour);
  return [
    '',
    paint('bold', input.status.deployment.serviceName) + paint('gray', `  deployment ${input.status.deployment.id}`),
    '',
    ...processLines(input),
    '',
    ...placeLines(input),
    '',
    paint('bold', 'Try in another terminal:'),
    ...suggestions(input).map((line) => `  ${paint('cyan', line)}`),
    '',
    ...(input.options.detach ? [] : [paint('gray', 'Ctrl-C stops everything in order.'), '']),
  ];
}

/**
 * The first DLL in the service's folder `patches`, if it has one, below any folder of a role.
 *
 * @returns its path as it can be typed in `cwd`
 */
export function findPatch(servicePath: string, cwd: string): string | undefined {
  const root = join(servicePath, 'patches');
  if (!existsSync(root)) return undefined;
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  const dll = names.find((name) => name.toLowerCase().endsWith('.dll'));
  if (dll === undefined) return undefined;
  const below = relative(cwd, join(root, dll));
  return below.startsWith('..') || isAbsolute(below) ? join(root, dll) : below;
}

function processLines({ status, processes, options }: WelcomeInput): readonly string[] {
  const paint = painter(options.colour);
  const rows = treeRows(processes);
  const width = Math.max(0, ...rows.map((row) => treeLabel(row, row.entry.name).length));
  const emulator = `rolevm up  ${paint('gray', `pid ${status.emulator.pid}`)}`;
  const instances = status.instances.flatMap((instance) => [
    `  ${paint('bold', instance.name)}  ${paint(statusFormat(instance.state), instance.state)}`,
    ...rows
      .filter((row) => row.entry.instance === instance.name)
      .map((row) => `    ${treeLabel(row, row.entry.name).padEnd(width)}  ${paint('gray', `pid ${row.entry.pid}`)}`),
  ]);
  return [emulator, ...instances];
}

function placeLines({ status, options }: WelcomeInput): readonly string[] {
  const paint = painter(options.colour);
  const drives = status.instances.flatMap((instance) =>
    (['C', 'D', 'E'] as const).map((letter, index) => [index === 0 ? instance.name : '', `${letter}:`, instance.drives[letter]] as const),
  );
  const width = Math.max(...status.instances.map((instance) => instance.name.length), 'Logs'.length);
  return [
    paint('bold', 'Drives'),
    ...drives.map(([name, letter, path]) => `  ${name.padEnd(width)}  ${letter} ${path}`),
    `${paint('bold', 'Logs')}  ${status.emulator.logs}`,
  ];
}

function suggestions({ status, options, patchFile }: WelcomeInput): readonly string[] {
  const { command } = options;
  const state = options.stateNamed ? ` --state ${shellQuote(options.stateDirectory)}` : '';
  const instance = status.instances[0]?.name ?? 'INSTANCE';
  const last = patchFile === undefined ? 'logs --follow' : `patch ${shellQuote(patchFile)} --wait`;
  return [`${command} ps${state}`, `${command} kill WaHostBootstrapper --instance ${instance}${state}`, `${command} ${last}${state}`];
}
