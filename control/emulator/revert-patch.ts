import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { RevertRequest, RevertResult } from '../../contracts/control-api.ts';
import { UserError } from '../../contracts/diagnostic.ts';
import { toDrivePath, toHostPath } from '../../sandbox/drive-path.ts';
import { filesBelow } from './find-destination.ts';
import type { PatchTarget } from './patch-target.ts';
import { type Place, untilFree } from './until-free.ts';

/**
 * Puts the newest backup of a patched file back and with it takes that backup away, so that the next revert goes one patch further back.
 *
 * Either every instance meant is reverted or, when a host holds the file in one of them, none.
 *
 * @param freed called to wait until a process may have let go of its files; resolves false when the time is over
 * @throws UserError RV4303 held by a living host, RV4305 nothing was patched, RV4306 several files were patched
 */
export async function revertPatch(
  request: RevertRequest,
  targets: readonly PatchTarget[],
  freed: () => Promise<boolean>,
): Promise<RevertResult> {
  const places = patchedPlaces(request.file, targets);
  await untilFree(places, { command: 'rolevm patch --revert', waits: request.waitMs !== undefined, freed });
  // Looked for once more: a wait is long, and another command may have reverted meanwhile.
  const found = patchedPlaces(request.file, targets);
  return { reverted: found.map((place) => putBack(place)) };
}

interface Patched extends Place {
  readonly drivePath: string;
  readonly backup: string;
}

function patchedPlaces(file: string | undefined, targets: readonly PatchTarget[]): readonly Patched[] {
  const found = targets.flatMap((target) => (isDrivePath(file) ? namedPlace(target, file) : placesOnRoleDrive(target, file)));
  if (found.length === 0) {
    throw new UserError(
      'RV4305',
      file === undefined ? 'no file has been patched' : `no instance has a patched file ${file}`,
      'what patch replaces it keeps beside the file, as .bak, .bak.1 and so on',
    );
  }
  const files = [...new Map(found.map(({ drivePath }) => [drivePath.toLowerCase(), drivePath])).values()];
  if (files.length === 1) return found;
  throw new UserError('RV4306', `several files have been patched: ${files.join(', ')}`, 'name the one that is meant');
}

function isDrivePath(file: string | undefined): file is string {
  return file !== undefined && /^[a-z]:/i.test(file);
}

function namedPlace(target: PatchTarget, drivePath: string): readonly Patched[] {
  const hostPath = toHostPath(target.vmRoot, drivePath);
  const beside = fs.existsSync(path.dirname(hostPath)) ? fs.readdirSync(path.dirname(hostPath)) : [];
  return newest(target, [hostPath], (name) => beside.includes(name));
}

/** Whatever on the application drive has a backup beside it. */
function placesOnRoleDrive(target: PatchTarget, file: string | undefined): readonly Patched[] {
  const files = filesBelow(path.join(target.vmRoot, target.roleDrive));
  const patched = new Set(files.flatMap((candidate) => backupName.exec(candidate)?.[1] ?? []));
  const wanted = file === undefined ? undefined : path.basename(file).toLowerCase();
  const meant = [...patched].filter((hostPath) => wanted === undefined || path.basename(hostPath).toLowerCase() === wanted);
  return newest(target, meant, (_, full) => files.includes(full));
}

const backupName = /^(.+)\.bak(?:\.\d+)?$/s;

/** As patch names them: the highest number is the newest. */
function newest(
  target: PatchTarget,
  hostPaths: readonly string[],
  exists: (name: string, hostPath: string) => boolean,
): readonly Patched[] {
  return hostPaths.flatMap((hostPath) => {
    let backup: string | undefined;
    for (let number = 0; ; number += 1) {
      const candidate = `${hostPath}.bak${number === 0 ? '' : `.${number}`}`;
      if (!exists(path.basename(candidate), candidate)) break;
      backup = candidate;
    }
    return backup === undefined ? [] : [{ target, hostPath, backup, drivePath: toDrivePath(target.vmRoot, hostPath) ?? hostPath }];
  });
}

/** A rename: a host that loads just now finds one of the two, never half of one. */
function putBack({ target, hostPath, backup, drivePath }: Patched): RevertResult['reverted'][number] {
  fs.renameSync(backup, hostPath);
  const sha256 = createHash('sha256').update(fs.readFileSync(hostPath)).digest('hex');
  return { instance: target.instance, drivePath, hostPath, backup, sha256 };
}
