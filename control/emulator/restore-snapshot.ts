import type { DeploymentDocument } from '../../contracts/deployment.ts';
import { UserError } from '../../contracts/diagnostic.ts';
import type { RestoreRequest, RestoreResult } from '../../contracts/snapshot.ts';
import type { FabricController } from '../../fabric/fabric-controller.ts';
import { checkRestorable } from '../snapshot/check-restorable.ts';
import { checkSpace } from '../snapshot/check-space.ts';
import { sizeOf } from '../snapshot/list-snapshots.ts';
import { readManifest } from '../snapshot/manifest.ts';

/**
 * Puts every VM of the running deployment back to a snapshot. Its fabric is told and keeps it before anything begins, so a kill of the
 * emulator does not leave it half done: the next one goes on.
 *
 * @throws UserError RV4704 to RV4708, RV6220, RV4502 when the emulator ends, RV4709 when the snapshot is of other instances
 */
export async function restoreSnapshot(
  { snapshot }: RestoreRequest,
  stateDirectory: string,
  deployment: DeploymentDocument,
  fabric: FabricController,
): Promise<RestoreResult> {
  const manifest = readManifest(stateDirectory, snapshot);
  checkRestorable(manifest, deployment);
  const names = fabric.instances.map(({ vm }) => vm.instanceId);
  const saved = manifest.vms.map(({ instance }) => instance);
  if (names.length !== saved.length || names.some((name) => !saved.includes(name))) {
    throw new UserError(
      'RV4709',
      `snapshot ${snapshot} has ${saved.join(', ')}, and running are ${names.join(', ')}`,
      'restore it after rolevm down: the next rolevm up makes the instances that are missing',
    );
  }
  await checkSpace(stateDirectory, sizeOf(manifest));
  if (fabric.isClosing()) throw new UserError('RV4502', 'the emulator stops', 'restore it when it has ended');
  const instances = names.map((name) => ({
    name,
    expectedState: manifest.deployment.goals?.[name]?.expectedState ?? ('Started' as const),
  }));
  fabric.restore(snapshot, instances);
  return { snapshot, instances };
}
