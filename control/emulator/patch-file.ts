import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { PatchRequest, PatchResult } from '../../contracts/control-api.ts';
import { UserError } from '../../contracts/diagnostic.ts';
import { toDrivePath } from '../../sandbox/drive-path.ts';
import { findDestination } from './find-destination.ts';
import { notePatch } from './patch-record.ts';
import type { PatchTarget } from './patch-target.ts';
import { type Place, untilFree } from './until-free.ts';

type Patched = PatchResult['patched'][number];

/** Suffix of the copy while it is being written. */
export const unfinishedSuffix = '.rolevm-new';

/**
 * Copies a file to where it belongs on the application drive, keeping what was there beside it.
 *
 * Either every instance meant is patched or, when a host holds the file in one of them, none.
 *
 * @param freed called to wait until a process may have let go of its files; resolves false when the time is over
 * @throws UserError RV4301 source missing, RV4302 no or several places, RV4303 held by a living host, as Windows would refuse
 */
export async function patchFile(
  request: PatchRequest,
  targets: readonly PatchTarget[],
  freed: () => Promise<boolean>,
): Promise<PatchResult> {
  if (!fs.statSync(request.source, { throwIfNoEntry: false })?.isFile()) {
    throw new UserError('RV4301', `there is no file ${request.source}`, 'name the file to copy');
  }
  const places = findPlaces(request, targets);
  await untilFree(places, { command: 'rolevm patch', waits: request.waitMs !== undefined, freed });
  return { patched: places.map(({ target, hostPath }) => replace(request.source, target, hostPath)) };
}

function findPlaces(request: PatchRequest, targets: readonly PatchTarget[]): readonly Place[] {
  const places = targets.flatMap((target) => {
    const hostPath = findDestination(request, target);
    return hostPath === undefined ? [] : [{ target, hostPath }];
  });
  if (places.length > 0) return places;
  const name = path.basename(request.source);
  throw new UserError('RV4302', `no instance has a file ${name} below approot`, `name the place, for example E:\\approot\\${name}`);
}

function replace(source: string, target: PatchTarget, hostPath: string): Patched {
  const backup = fs.existsSync(hostPath) ? backUp(hostPath) : undefined;
  const drivePath = toDrivePath(target.vmRoot, hostPath) ?? hostPath;
  const unfinished = `${hostPath}${unfinishedSuffix}`;
  let sha256: string;
  try {
    fs.copyFileSync(source, unfinished, fs.constants.COPYFILE_FICLONE);
    sha256 = createHash('sha256').update(fs.readFileSync(unfinished)).digest('hex');
    notePatch(target.vmRoot, drivePath, sha256);
    fs.renameSync(unfinished, hostPath);
  } catch (error) {
    fs.rmSync(unfinished, { force: true });
    throw error;
  }
  return {
    instance: target.instance,
    drivePath,
    hostPath,
    ...(backup === undefined ? {} : { backup }),
    sha256,
  };
}

/** The file before the first patch is `.bak`, those before later ones `.bak.1` and so on. */
function backUp(hostPath: string): string {
  for (let number = 0; ; number += 1) {
    const backup = `${hostPath}.bak${number === 0 ? '' : `.${number}`}`;
    if (fs.existsSync(backup)) continue;
    fs.copyFileSync(hostPath, backup, fs.constants.COPYFILE_FICLONE | fs.constants.COPYFILE_EXCL);
    return backup;
  }
}
