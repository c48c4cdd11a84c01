import type { Command } from 'commander';
import { request } from '../../control/client.ts';
import { harmless, painter } from '../../control/colour.ts';
import { momentText } from '../../control/feed-printer.ts';
import { treeLabel } from '../../control/process-tree.ts';
import { type ProcessRow, processRows } from '../../taskmgr/process-tree.ts';
import { type Cli, emulatorOf, instanceOption, isJson, print, printJson, wantsColour } from '../cli.ts';
import { ageOf } from '../duration.ts';
import { table } from '../table.ts';
import { windowText } from '../window-text.ts';

const examples = `
Examples:
  rolevm ps                          the whole tree
  rolevm ps WaHostBootstrapper       the bootstrappers with everything below them
  rolevm ps --json                   an array of {instance, name, pid, ppid, state, since, startedAt, cpu, memory}

CPU is percent of one core since the process started, MEMORY what it has resident. The first row of an instance
that stands at the edge has no parent in the VM; an orphan shows itself in the same way.`;

interface PsOptions {
  readonly instance?: string;
}

export function define(command: Command, cli: Cli): void {
  command
    .description('Shows the processes of every instance as a tree, with their Azure names.')
    .argument('[name]', 'only processes of this name, with everything below them')
    .addOption(instanceOption())
    .addHelpText('after', examples)
    .action(async (name: string | undefined, { instance }: PsOptions) => {
      const emulator = emulatorOf(cli, command);
      const entries = await request(emulator, 'GET /ps');
      const rows = processRows(entries, { ...(name === undefined ? {} : { name }), ...(instance === undefined ? {} : { instance }) });
      if (isJson(command)) printJson(rows.map((row) => row.entry));
      else {
        const { instances } = await request(emulator, 'GET /status');
        const meant = instances.filter((one) => instance === undefined || one.name.toLowerCase() === instance.toLowerCase());
        const windows = meant.flatMap((one) => windowText(one, Date.now()).map((text) => `${one.name}: ${text}`));
        print([...psLines(rows, Date.now(), wantsColour(command)), ...windows]);
      }
    });
}

/** The rows for a person. @param now wall-clock milliseconds, for ages */
function psLines(rows: readonly ProcessRow[], now: number, colour: boolean): readonly string[] {
  const paint = painter(colour);
  const head = ['INSTANCE', 'NAME', 'PID', 'STATE', 'SINCE', 'CPU', 'MEMORY'].map((title) => paint('gray', title));
  const cells = rows.map(({ entry, ...place }) => [
    entry.instance,
    treeLabel({ entry, ...place }, harmless(entry.name, false)),
    String(entry.pid),
    [
      entry.state,
      ...(entry.agentVersion === undefined ? [] : [`version ${entry.agentVersion}`]),
      ...(entry.vmRestartAt === undefined ? [] : [`VM restarts ${momentText(entry.vmRestartAt, now)}`]),
    ].join(', '),
    ageOf(entry.since, now),
    `${entry.cpu.toFixed(1)}%`,
    `${(entry.memory / 1_048_576).toFixed(1)} MB`,
  ]);
  return rows.length === 0 ? ['no process of that kind is running'] : table([head, ...cells], [2, 5, 6]);
}
