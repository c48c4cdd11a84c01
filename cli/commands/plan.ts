import type { Command } from 'commander';
import { UserError } from '../../contracts/diagnostic.ts';
import { type VmEventName, vmEventNamed, vmEvents } from '../../contracts/events.ts';
import { request } from '../../control/client.ts';
import { nearestName } from '../../model/nearest-name.ts';
import { eventFates } from '../../sandbox/drive-fate.ts';
import { type Cli, emulatorOf, instanceOption, isJson, option, print, printJson, wantsColour } from '../cli.ts';
import { planLines } from '../plan-text.ts';
import { survivalLines } from '../survival-table.ts';

const examples = `
Events:
  ${vmEvents.slice(0, 7).join(', ')},
  ${vmEvents.slice(7).join(', ')}

Examples:
  rolevm plan portal-reboot              would the patch survive a reboot from the portal?
  rolevm plan reimage -i Worker_IN_0     what a startup task has installed on D: goes
  rolevm plan recycle --json             every file named, up to 200 a drive
  rolevm plan --all                      the table of all events and drives; nothing has to run

Nothing is changed. The drive of the role is compared with the package as it is now; what another package brings in an
upgrade is not known here.`;

interface PlanOptions {
  readonly instance?: string;
  readonly all?: boolean;
}

export function define(command: Command, cli: Cli): void {
  command
    .description('Previews an event: what stays on the drives of the running instances, what comes again, what is lost.')
    .argument('[event]', 'recycle, reboot, portal-reboot, reimage, …')
    .addOption(instanceOption())
    .addOption(option('--all', 'what survives what: every event with each drive', 'ROLEVM_ALL'))
    .addHelpText('after', examples)
    .action(async (text: string | undefined, { instance, all }: PlanOptions) => {
      if (all === true) {
        if (isJson(command)) printJson(eventFates);
        else print(survivalLines(wantsColour(command)));
        return;
      }
      if (text === undefined) command.error("error: missing required argument 'event'", { code: 'commander.missingArgument' });
      const body = { event: eventMeant(text), ...(instance === undefined ? {} : { instance }) };
      const plan = await request(emulatorOf(cli, command), 'POST /plan', body);
      if (isJson(command)) printJson(plan);
      else print(planLines(plan, wantsColour(command)));
    });
}

/** @throws UserError RV6213 for what is no event */
function eventMeant(text: string): VmEventName {
  const event = vmEventNamed(text);
  if (event !== undefined) return event;
  const near = nearestName(text, vmEvents);
  const events = `the events are ${vmEvents.join(', ')}`;
  throw new UserError('RV6213', `there is no event ${text}`, near === undefined ? events : `did you mean ${near}? ${events}`);
}
