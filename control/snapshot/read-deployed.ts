import { join } from 'node:path';
import type { DeploymentDocument } from '../../contracts/deployment.ts';
import { UserError } from '../../contracts/diagnostic.ts';
import type { DriveLetter, RoleDriveLetter } from '../../contracts/vm-document.ts';
import { deploymentStore } from '../../fabric/deployment-store.ts';
import { formerVmDocument } from '../../sandbox/vm-document.ts';
import { storedVms } from '../stored-vms.ts';

/** A deployment as it lies in its state directory. */
export interface Deployed {
  readonly deployment: DeploymentDocument;
  readonly vms: readonly DeployedVm[];
}

export interface DeployedVm {
  readonly instance: string;
  readonly root: string;
  readonly roleDrive: RoleDriveLetter;
  readonly eventDone: number;
  readonly letters: readonly DriveLetter[];
}

/**
 * Reads what a snapshot is made of, between two events.
 *
 * @throws UserError RV4701 when nothing is deployed, RV4703 when an event is happening to a VM: its drives are half of before and half of
 *   after then
 */
export function readDeployed(stateDirectory: string): Deployed {
  const store = deploymentStore(stateDirectory);
  const deployment = store.read();
  if (deployment === undefined) throw new UserError('RV4701', `nothing is deployed in ${stateDirectory}`, 'start a service with rolevm up');
  const folders = new Map(storedVms(stateDirectory).map((vm) => [vm.instance, vm]));
  const vms = deployment.instances.map((instance): DeployedVm => {
    const root = join(store.vmsDirectory, instance);
    const vm = formerVmDocument(root, deployment.id);
    if (vm === undefined) throw unfinished(`the VM of ${instance} is not there yet`);
    const event = deployment.goals?.[instance]?.event;
    if (event !== undefined && event.n > vm.eventDone) throw unfinished(`${event.name} is happening to ${instance}`);
    return { instance, root, ...vm, letters: (folders.get(instance)?.letters ?? []) as readonly DriveLetter[] };
  });
  return { deployment, vms };
}

/** @param why one half of a sentence */
export function unfinished(why: string): UserError {
  return new UserError(
    'RV4703',
    `${why}: a snapshot is of one moment between events`,
    'try again when rolevm status shows that it is through',
  );
}
