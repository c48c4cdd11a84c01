import { statSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { UserError } from '../../contracts/diagnostic.ts';
import { harmless, type Paint, painter } from '../../control/colour.ts';
import type { StoredVm } from '../../control/stored-vms.ts';
import { chosenVms } from '../chosen-vms.ts';
import { type Cli, isJson, option, print, printJson, wantsColour } from '../cli.ts';
import { isNamed, isTelling, type LogFile, logFiles } from '../log-files.ts';
import { type LogLine, mergedLines } from '../merge-lines.ts';
import { followLogs, readLog } from '../read-logs.ts';
import { table } from '../table.ts';

const examples = `
Examples:
  rolevm logs                                what tells most: bootstrapper, agent, output of tasks and role
  rolevm logs Worker_IN_0 --follow
  rolevm logs --file WaAppAgent              one log, by its name
  rolevm logs --list                         which there are

Logs are read from the drives: that works without a running emulator, also after a power loss.
One WaHostBootstrapper.log means a role that hangs; many (.old.001 and so on) mean one that recycles.`;

interface LogsOptions {
  readonly file?: string;
  readonly follow?: boolean;
  readonly list?: boolean;
  readonly lines?: number;
}

export function define(command: Command, cli: Cli): void {
  command
    .description('Shows the logs of instances, merged by time.')
    .argument('[instance]', 'only this instance')
    .addOption(option('--file <name>', 'one log, by its name or drive path', 'ROLEVM_FILE'))
    .addOption(option('-f, --follow', 'go on with what is written from now on', 'ROLEVM_FOLLOW'))
    .addOption(option('-n, --lines <n>', 'only the last lines of what there is', 'ROLEVM_LINES').argParser(parseCount))
    .addOption(option('--list', 'name the logs instead of showing them', 'ROLEVM_LIST'))
    .addHelpText('after', examples)
    .action((instance: string | undefined, options: LogsOptions) => {
      const vms = chosenVms(cli, command, instance);
      if (options.list === true) return list(vms.flatMap(logFiles), isJson(command));
      const isWanted = (file: LogFile) => (options.file === undefined ? isTelling(file) : isNamed(file, options.file));
      show(vms, isWanted, options, command);
    });
}

function list(files: readonly LogFile[], json: boolean): void {
  const sizes = files.map((file) => ({ ...file, size: statSync(file.hostPath, { throwIfNoEntry: false })?.size ?? 0 }));
  if (json) printJson(sizes);
  else
    print(
      table(
        sizes.map(({ instance, drivePath, size }) => [instance, drivePath, String(size)]),
        [2],
      ),
    );
}

function show(vms: readonly StoredVm[], isWanted: (file: LogFile) => boolean, options: LogsOptions, command: Command): void {
  const files = vms.flatMap(logFiles).filter(isWanted);
  if (files.length === 0 && options.follow !== true) throw nothingToShow(vms, options.file);
  const paint = painter(wantsColour(command));
  const width = Math.max(...vms.map((vm) => vm.instance.length));
  const alone = vms.length === 1 && options.file !== undefined;
  const put = (lines: readonly LogLine[]) => {
    if (isJson(command)) for (const line of lines) printJson(lineObject(line), 'line');
    else print(lines.map((line) => (alone ? harmless(line.line, false) : prefixed(line, width, paint))));
  };
  const { lines: most = Number.POSITIVE_INFINITY } = options;
  const last = (lines: readonly LogLine[]) => lines.slice(Math.max(0, lines.length - most));
  if (options.follow === true)
    followLogs(() => vms.flatMap(logFiles).filter(isWanted), { before: (lines) => put(last(lines)), now: (line) => put([line]) });
  else put(last(mergedLines(files.map(readLog))));
}

function lineObject({ file, line, time, stamped }: LogLine): object {
  return { instance: file.instance, file: file.drivePath, ...(stamped ? { at: new Date(time).toISOString() } : {}), line };
}

function prefixed({ file, line }: LogLine, width: number, paint: Paint): string {
  return `${paint('bold', file.instance.padEnd(width))} ${paint('gray', `${file.name} |`)} ${harmless(line, false)}`;
}

function nothingToShow(vms: readonly StoredVm[], name: string | undefined): UserError {
  if (name === undefined) return new UserError('RV6409', 'nothing has been logged yet', 'see rolevm logs --list, or follow with --follow');
  const names = [...new Set(vms.flatMap(logFiles).map((file) => file.name))].sort().slice(0, 30);
  return new UserError(
    'RV6410',
    `there is no log ${name}`,
    names.length === 0 ? 'nothing has been logged yet' : `there are: ${names.join(', ')}`,
  );
}

function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It is a whole number.');
  return Number(text);
}
