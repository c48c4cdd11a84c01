import fs from 'node:fs';
import path from 'node:path';
import type { PatchRequest } from '../../contracts/control-api.ts';
import { UserError } from '../../contracts/diagnostic.ts';
import { toDrivePath, toHostPath } from '../../sandbox/drive-path.ts';
import type { PatchTarget } from './patch-target.ts';

/** Where an instance has its drives. */
export type DrivesOfInstance = Pick<PatchTarget, 'instance' | 'vmRoot' | 'roleDrive'>;

/**
 * Where a file belongs on the application drive of an instance: as named, else where a file of its name lies below approot.
 *
 * @returns the host path; undefined when the role has no such file
 * @throws UserError RV4302 when several files have the name, RV4304 when the named folder does not exist
 */
export function findDestination(request: PatchRequest, target: DrivesOfInstance): string | undefined {
  if (request.destination !== undefined) return named(request.destination, path.basename(request.source), target);
  const approot = toHostPath(target.vmRoot, `${target.roleDrive}:\\approot`);
  const wanted = path.basename(request.source).toLowerCase();
  const found = filesBelow(approot).filter((file) => path.basename(file).toLowerCase() === wanted);
  // The role's own code first: a worker's lies in approot, a web role's in approot\bin (PL 4).
  const own = found.filter((file) => [approot, path.join(approot, 'bin')].includes(path.dirname(file)));
  const [meant, ...others] = own.length > 0 ? own : found;
  if (others.length === 0) return meant;
  const places = found.map((file) => toDrivePath(target.vmRoot, file) ?? file).join(', ');
  throw new UserError('RV4302', `${target.instance} has several files of that name: ${places}`, 'name the one that is meant');
}

function named(destination: string, sourceName: string, target: DrivesOfInstance): string {
  const hostPath = toHostPath(target.vmRoot, destination);
  const stat = fs.statSync(hostPath, { throwIfNoEntry: false });
  if (stat?.isDirectory()) return path.join(hostPath, sourceName);
  if (!fs.existsSync(path.dirname(hostPath))) {
    throw new UserError(
      'RV4304',
      `${target.instance} has no folder for ${destination}`,
      'look at its drives, whose places rolevm status shows',
    );
  }
  return hostPath;
}

/** Every file below a folder, except those of node_modules. */
export function filesBelow(directory: string): readonly string[] {
  return fs.readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const full = path.join(directory, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesBelow(full);
    return entry.isFile() ? [full] : [];
  });
}
