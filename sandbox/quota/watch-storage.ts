import type { StorageUse } from '../../contracts/storage-use.ts';
import type { VmDocument } from '../../contracts/vm-document.ts';
import { type DriveLayout, diagnosticStoreName } from '../drive-layout.ts';
import { watchBytes } from './watch-bytes.ts';

const megabyte = 1_048_576;

/** It has room again below this part of its size, so that one at its limit is not told of without end. */
const roomAgain = 0.95;

export interface StorageWatch {
  /** A directory has come to hold more than it may, or has room again. */
  readonly crossed: (use: StorageUse, how: 'over' | 'under') => void;
  /** After the first count, and after each crossing: all that hold more than they may. */
  readonly over: (all: readonly StorageUse[]) => void;
  /** Changes to a directory cannot be noticed, and why. */
  readonly unwatched: (directory: string, why: string) => void;
}

/**
 * Watches what the directories of LocalStorage and RoleTemp hold. Azure has quotas that refuse writes beyond (D-local, K16); there are none
 * here that a user could set, so what goes beyond is told.
 *
 * @returns how to end it
 */
export function watchStorage(layout: DriveLayout, vm: Pick<VmDocument, 'localStorage' | 'roleTempInMB'>, hears: StorageWatch): () => void {
  const over = new Map<string, StorageUse>();
  let uncounted = 0;
  const tell = () => {
    if (uncounted === 0) hears.over([...over.values()]);
  };
  const ends = limitsOf(layout, vm).map(({ name, place, sizeInMB }) => {
    let first = true;
    uncounted += 1;
    return watchBytes(place.host, {
      bytes: (usedBytes) => {
        const use = { name, directory: place.drive, sizeInMB, usedBytes };
        const crossed = over.has(name)
          ? usedBytes <= sizeInMB * megabyte * roomAgain
            ? 'under'
            : undefined
          : usedBytes > sizeInMB * megabyte
            ? 'over'
            : undefined;
        if (crossed === 'over') over.set(name, use);
        if (crossed === 'under') over.delete(name);
        if (crossed !== undefined) hears.crossed(use, crossed);
        if (first) uncounted -= 1;
        if (crossed !== undefined || first) tell();
        first = false;
      },
      unwatched: (why) => hears.unwatched(place.drive, why),
    });
  });
  return () => {
    for (const end of ends) end();
  };
}

function limitsOf(layout: DriveLayout, { localStorage, roleTempInMB }: Pick<VmDocument, 'localStorage' | 'roleTempInMB'>) {
  const stores = localStorage.map(({ name, sizeInMB }) => ({
    name,
    sizeInMB,
    place: name.toLowerCase() === diagnosticStoreName.toLowerCase() ? layout.diagnosticStore : layout.localStorage(name),
  }));
  return [...stores, { name: roleTempName, sizeInMB: roleTempInMB, place: layout.roleTemp }];
}

/** What %TEMP% of the role is called among the directories of LocalStorage. */
export const roleTempName = 'RoleTemp';
