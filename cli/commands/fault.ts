import { type Command, InvalidArgumentError } from 'commander';
import { UserError } from '../../contracts/diagnostic.ts';
import { type FaultName, type FaultRequest, type FaultResult, faultNames, mostFailingBoots } from '../../contracts/faults.ts';
import { request } from '../../control/client.ts';
import { nearestName } from '../../model/nearest-name.ts';
import { type Cli, emulatorOf, instanceOption, isJson, option, print, printJson } from '../cli.ts';
import { ageOf } from '../duration.ts';
import { table } from '../table.ts';

const examples = `
Faults:
  linger-host   after a kill of WaHostBootstrapper the role host outlives its job, serves and holds its DLL until you end it
                by hand, or until the next bootstrapper starts: the "if this does not happen automatically" of hot patching
  boot-fails    from its next boot on, Windows of the VM does not come up on this node: the VM is restarted after ten minutes, and
                after three such boots it is FailedStartingVM and the fabric starts it on another node; --times 1 is over after one
  host-stuck    the host is gone and does not come back: its VMs lose their power and stay "Waiting for Host"; clearing the fault is
                what support does, rolevm down --delete the other way out
  host-lost     the fabric hears nothing of the host: it restarts the host after five minutes, then starts its VMs elsewhere
  A guest agent that is frozen, the rung below these, is rolevm debug break.

Examples:
  rolevm fault linger-host -i Worker_IN_0    from now on, in that instance
  rolevm kill WaHostBootstrapper             the host stays: rolevm status says what is still held
  rolevm kill WaWorkerHost                   now its files can be replaced
  rolevm fault                               which faults are set
  rolevm fault --clear                       all is well again
  rolevm fault boot-fails -i Worker_IN_0 && rolevm reboot -i Worker_IN_0    the way to FailedStartingVM and to another node
  rolevm fault host-stuck -i Worker_IN_0     strikes all VMs of the node: see NODE in rolevm status

A fault stays set until it is cleared or the emulator ends; those of a node, all but linger-host, are left behind by a VM that is moved.`;

interface FaultOptions {
  readonly instance?: string;
  readonly clear?: boolean;
  readonly list?: boolean;
  readonly times?: number;
}

export function define(command: Command, cli: Cli): void {
  command
    .description('Makes something go wrong on demand, in all instances or in one; without a name, tells what is set.')
    .argument('[fault]', faultNames.join(', '))
    .addOption(instanceOption())
    .addOption(option('--clear', 'clear that fault, or every one', 'ROLEVM_CLEAR'))
    .addOption(option('--list', 'tell which faults are set', 'ROLEVM_LIST'))
    .addOption(option('--times <n>', 'so many boots fail, then boot-fails is over', 'ROLEVM_TIMES').argParser(parseTimes))
    .addHelpText('after', examples)
    .action(async (text: string | undefined, options: FaultOptions) => {
      const result = await request(emulatorOf(cli, command), 'POST /fault', faultRequest(text, options));
      if (isJson(command)) printJson(result);
      else print(faultLines(result, Date.now()));
    });
}

/** The faults that are set, for a person. @param now wall-clock milliseconds, for ages */
export function faultLines({ faults }: FaultResult, now: number): readonly string[] {
  if (faults.length === 0) return ['no fault is set'];
  return table(
    faults.map(({ instance, fault, since, node }) => [instance, fault, `for ${ageOf(since, now)}`, node === undefined ? '' : `on ${node}`]),
  );
}

function faultRequest(text: string | undefined, { instance, clear, list, times }: FaultOptions): FaultRequest {
  const fault = text === undefined ? {} : { fault: faultMeant(text) };
  const where = instance === undefined ? {} : { instance };
  if (list === true) return { action: 'list', ...where };
  if (clear === true) return { action: 'clear', ...fault, ...where };
  return { action: text === undefined ? 'list' : 'set', ...fault, ...where, ...(times === undefined ? {} : { times }) };
}

/** @throws UserError RV6214 for what is no fault */
function faultMeant(text: string): FaultName {
  const wanted = text.toLowerCase();
  const fault = faultNames.find((name) => name === wanted);
  if (fault !== undefined) return fault;
  const near = nearestName(text, faultNames);
  const all = `the faults are ${faultNames.join(', ')}`;
  throw new UserError('RV6214', `there is no fault ${text}`, near === undefined ? all : `did you mean ${near}? ${all}`);
}

function parseTimes(text: string): number {
  const times = Number(text);
  if (Number.isInteger(times) && times >= 1 && times <= mostFailingBoots) return times;
  throw new InvalidArgumentError(`A whole number from 1 to ${mostFailingBoots}.`);
}
