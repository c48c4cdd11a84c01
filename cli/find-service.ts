import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UserError } from '../contracts/diagnostic.ts';
import { isClone, placeFound, type Surroundings } from '../control/state-directory.ts';
import { deploymentStore } from '../fabric/deployment-store.ts';

/**
 * The service that `up` runs: as named; the one in the current folder; the one deployed before; in a clone, the sample.
 *
 * @returns absolute path of a folder or a .cspkg file
 * @throws UserError RV6210 when the path does not exist, RV6211 when nothing says which service
 */
export function findService(named: string | undefined, surroundings: Surroundings): string {
  if (named !== undefined) return existingService(resolve(surroundings.cwd, named));
  if (holdsDefinition(surroundings.cwd)) return surroundings.cwd;
  const place = placeFound(surroundings);
  const deployed = place === undefined ? undefined : deploymentStore(place.stateDirectory).read()?.servicePath;
  if (deployed !== undefined && existsSync(deployed)) return deployed;
  const sample = join(surroundings.packageRoot, 'samples', 'hello-worker');
  if (isClone(surroundings.packageRoot) && existsSync(sample)) return sample;
  throw new UserError('RV6211', `there is no service in ${surroundings.cwd}`, 'name one: rolevm up SERVICE; or write one: rolevm init');
}

/** @throws UserError RV6210 when there is nothing at the path */
export function existingService(path: string): string {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) {
    throw new UserError(
      'RV6210',
      `there is no service at ${path}`,
      'name a folder with a ServiceDefinition.csdef, a .csx folder or a .cspkg file',
    );
  }
  return path;
}

function holdsDefinition(folder: string): boolean {
  return readdirSync(folder).some((name) => name.toLowerCase().endsWith('.csdef'));
}
