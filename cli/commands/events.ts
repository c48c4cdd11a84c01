import type { Command } from 'commander';
import { harmless, type Paint, painter } from '../../control/colour.ts';
import { chosenVms } from '../chosen-vms.ts';
import { type Cli, isJson, option, print, printJson, wantsColour } from '../cli.ts';
import { followEvents, type InstanceEvent, instanceEvents } from '../read-instance-events.ts';

const examples = `
Examples:
  rolevm events
  rolevm events Worker_IN_0 --follow
  rolevm events --json | jq 'select(.id == 10002)'

A healthy start shows 20001, then 10001 and 10002 for each startup task. The same block again and again without an
error is a role that crashes before it can log.`;

interface EventsOptions {
  readonly follow?: boolean;
}

export function define(command: Command, cli: Cli): void {
  command
    .description('Shows the Windows event logs of instances: Windows Azure, Application, System.')
    .argument('[instance]', 'only this instance')
    .addOption(option('-f, --follow', 'go on with what happens from now on', 'ROLEVM_FOLLOW'))
    .addHelpText('after', examples)
    .action(async (instance: string | undefined, { follow }: EventsOptions) => {
      const vms = chosenVms(cli, command, instance);
      const width = Math.max(...vms.map((vm) => vm.instance.length));
      const put = (event: InstanceEvent) => {
        if (isJson(command)) printJson(event, 'line');
        else print(eventLines(event, width, painter(wantsColour(command))));
      };
      if (follow === true) followEvents(vms, put);
      else for (const event of await instanceEvents(vms)) put(event);
    });
}

function eventLines({ instance, time, log, source, id, level, message }: InstanceEvent, width: number, paint: Paint): readonly string[] {
  const [first = '', ...more] = message.split(/\r?\n/).map((line) => harmless(line, false));
  const format = level === 'Error' || level === 'Critical' ? 'red' : level === 'Warning' ? 'yellow' : 'gray';
  const stamp = paint('gray', time.replace('T', ' ').replace('Z', ''));
  const head = `${stamp} ${paint('bold', instance.padEnd(width))} ${paint(format, level.padEnd(11))} ${log}  ${harmless(source, false)} ${id}`;
  return [`${head}  ${first}`, ...more.map((line) => `    ${line}`)];
}
