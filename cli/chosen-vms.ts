import type { Command } from 'commander';
import { UserError } from '../contracts/diagnostic.ts';
import { type StoredVm, storedVms } from '../control/stored-vms.ts';
import { type Cli, placeOf } from './cli.ts';

/**
 * The VMs whose drives a command reads; no emulator needs to run.
 *
 * @throws UserError RV6402 when there is no such instance, RV6408 when nothing was ever deployed
 */
export function chosenVms(cli: Cli, command: Command, instance: string | undefined): readonly StoredVm[] {
  const { stateDirectory } = placeOf(cli, command);
  const all = storedVms(stateDirectory);
  if (all.length === 0) throw new UserError('RV6408', `there are no drives in ${stateDirectory}`, 'run a service with rolevm up first');
  const chosen = all.filter((vm) => instance === undefined || vm.instance.toLowerCase() === instance.toLowerCase());
  if (chosen.length > 0) return chosen;
  throw new UserError('RV6402', `there is no instance ${instance}`, `there are: ${all.map((vm) => vm.instance).join(', ')}`);
}
