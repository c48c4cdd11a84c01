import type { DeploymentDocument } from '../../contracts/deployment.ts';
import { UserError } from '../../contracts/diagnostic.ts';
import type { SnapshotManifest } from '../../contracts/snapshot.ts';

/**
 * A snapshot is put back into the deployment that it is of, or where nothing is deployed.
 *
 * @param present the deployment that is there
 * @throws UserError RV4708 when that is another one
 */
export function checkRestorable({ name, deployment }: SnapshotManifest, present: DeploymentDocument | undefined): void {
  if (present === undefined) return;
  const mend = 'delete what is deployed with rolevm down --delete, which keeps snapshots; then restore';
  if (deployment.servicePath !== present.servicePath) {
    throw new UserError('RV4708', `snapshot ${name} is of ${deployment.servicePath}, and deployed is ${present.servicePath}`, mend);
  }
  if (deployment.id !== present.id) {
    throw new UserError('RV4708', `snapshot ${name} is of deployment ${deployment.id}, and deployed is ${present.id}`, mend);
  }
}
