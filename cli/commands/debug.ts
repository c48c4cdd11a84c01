import { type Command, InvalidArgumentError } from 'commander';
import type { DebuggedProcess, DebugRequest } from '../../contracts/control-api.ts';
import { request } from '../../control/client.ts';
import { harmless, painter } from '../../control/colour.ts';
import { momentText } from '../../control/feed-printer.ts';
import { type Cli, emulatorOf, instanceOption, isJson, print, printJson, wantsColour } from '../cli.ts';
import { ageOf } from '../duration.ts';

/** What can be done, in the order of the help. */
export const debugActions = ['break', 'detach', 'attach', 'list'] as const;

const examples = `
Actions:
  break     stops the process where it is; without a name WindowsAzureGuestAgent
  detach    lets it go on and closes its inspector; without a name every process that a debugger is at
  attach    opens the inspector of the process and prints its address, for Chrome DevTools or an editor
  list      shows which processes a debugger is at

Examples:
  rolevm debug break -i Worker_IN_0      nobody starts the role again now, nobody ends its job
  rolevm kill WaHostBootstrapper -i Worker_IN_0
  rolevm kill WaWorkerHost -i Worker_IN_0
                                         the role host has to be ended by hand; take your time to copy files
  rolevm debug detach                    the agent goes on and brings the role back
  rolevm debug attach WaWorkerHost       step through your own role code

While the guest agent stands still it sends no heartbeats: the instance is UnresponsiveRole after a minute, and after
ten the host agent restarts the VM. status, ps and up say when.
Startup tasks and programs of a role are suspended by a signal instead (SIGSTOP), so detach is all they need.
An open inspector has no token: any program on this machine can use its port until you detach.`;

interface DebugOptions {
  readonly instance?: string;
}

export function define(command: Command, cli: Cli): void {
  command
    .description('Breaks into a process as a debugger does, and lets it go on.')
    .argument('<action>', debugActions.join(', '), parseAction)
    .argument('[process]', 'name of a process, or its pid')
    .addOption(instanceOption())
    .addHelpText('after', examples)
    .action(async (action: DebugRequest['action'], target: string | undefined, { instance }: DebugOptions) => {
      const body = { action, ...(target === undefined ? {} : { target }), ...(instance === undefined ? {} : { instance }) };
      const result = await request(emulatorOf(cli, command), 'POST /debug', body);
      if (isJson(command)) printJson(result);
      else print(debugLines(result.processes, Date.now(), wantsColour(command)));
    });
}

/** The processes for a person. @param now wall-clock milliseconds, for ages */
export function debugLines(processes: readonly DebuggedProcess[], now: number, colour: boolean): readonly string[] {
  if (processes.length === 0) return ['no debugger is at any process'];
  const paint = painter(colour);
  return processes.flatMap((process) => {
    const what = process.state === 'running' ? 'goes on' : `${process.state} for ${ageOf(process.since, now)}`;
    return [
      `${paint('bold', process.instance)}  ${harmless(process.name, false)}, pid ${process.pid}: ${what}`,
      ...(process.vmRestartAt === undefined
        ? []
        : [paint('red', `  the host agent restarts the VM ${momentText(process.vmRestartAt, now)}`)]),
      ...(process.state === 'attached' && process.inspector !== undefined
        ? [`  ${process.inspector.webSocketUrl}`, `  ${process.inspector.devtoolsUrl}`]
        : []),
    ];
  });
}

function parseAction(text: string): DebugRequest['action'] {
  const action = debugActions.find((candidate) => candidate === text);
  if (action === undefined) throw new InvalidArgumentError(`There are: ${debugActions.join(', ')}.`);
  return action;
}
