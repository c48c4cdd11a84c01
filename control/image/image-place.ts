import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as z from 'zod/mini';
import { UserError } from '../../contracts/diagnostic.ts';
import { snapshotNameForm } from '../../contracts/snapshot.ts';
import { imagesDirectory } from '../snapshot/snapshot-place.ts';

/** `image.json` of an image; what D: begins with lies beside it. */
export interface ImageManifest {
  readonly formatVersion: 1;
  /** Of rolevm. */
  readonly version: string;
  readonly createdAt: string;
  readonly message?: string;
  /** Instance or folder that it was made from. */
  readonly from?: string;
}

const text = z.string().check(z.maxLength(4_096));
const form = z.object({
  formatVersion: z.literal(1),
  version: text,
  createdAt: text,
  message: z.optional(text),
  from: z.optional(text),
});

export const imageManifestName = 'image.json';
const mostBytes = 1_024 * 1_024;

/** @throws UserError RV6222 when it is no name of an image */
export function imageFolder(stateDirectory: string, name: string): string {
  if (snapshotNameForm.test(name)) return join(imagesDirectory(stateDirectory), name);
  throw new UserError(
    'RV6222',
    `"${name.slice(0, 120)}" cannot be the name of an image`,
    'use up to 100 letters, digits, ".", "_" and "-", beginning with a letter or digit',
  );
}

/** What D: of a VM begins with. */
export function imageDrive(stateDirectory: string, name: string): string {
  return join(imageFolder(stateDirectory, name), 'D');
}

/** The images that are whole, in the order of their names. */
export function imageNames(stateDirectory: string): readonly string[] {
  try {
    return readdirSync(imagesDirectory(stateDirectory), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && snapshotNameForm.test(entry.name))
      .map(({ name }) => name)
      .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  } catch {
    return [];
  }
}

/** @returns undefined when its document cannot be read: the image can be used all the same */
export function readImageManifest(stateDirectory: string, name: string): ImageManifest | undefined {
  const file = join(imageFolder(stateDirectory, name), imageManifestName);
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (stats?.isFile() !== true || stats.size > mostBytes) return undefined;
  try {
    return form.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/**
 * The image that an OsImage means: its name is that of the .vhd file, in any case.
 *
 * @param href `web.vhd`, or an address that ends so
 * @returns undefined when there is none
 */
export function imageOf(stateDirectory: string, href: string): string | undefined {
  const wanted = imageNameOf(href).toLowerCase();
  return imageNames(stateDirectory).find((name) => name.toLowerCase() === wanted);
}

/** `web` for `web.vhd` and for `http://example.blob.core.windows.net/images/web.vhd`. */
export function imageNameOf(href: string): string {
  return basename(href.replaceAll('\\', '/')).replace(/\.vhd$/i, '');
}
