import * as z from 'zod/mini';

/** A directory of LocalStorage, or RoleTemp, that holds more than it may. */
export const storageUse = z.object({
  /** Of the LocalStorage element; `RoleTemp` for %TEMP%. */
  name: z.string().check(z.maxLength(260)),
  /** Drive path. */
  directory: z.string().check(z.maxLength(1_000)),
  sizeInMB: z.number().check(z.nonnegative()),
  usedBytes: z.int().check(z.nonnegative()),
});
export type StorageUse = z.infer<typeof storageUse>;

/** So many directories of LocalStorage are told of. */
export const mostStorages = 1_000;

/** The part of `InstanceEntry` about LocalStorage. */
export interface InstanceStorage {
  /** What holds more than it may: Azure would refuse writes to it (D-local). Missing when nothing does. */
  readonly overQuota?: readonly StorageUse[];
}
