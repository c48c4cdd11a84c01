import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { readFailure } from './read-failure.ts';
import type { FileContent, RolePackage } from './service-package.ts';

const chunkBytes = 1_048_576;
/** So many bytes are hashed before others in this process get a turn; opening a file counts as much as `fileWeight` bytes. */
const turnBytes = 4 * chunkBytes;
const fileWeight = 16_384;

/**
 * The digest of a service: equal content under equal names gives the same, whichever way the service was given.
 *
 * Reads every file once, so parts of a package are checked against its manifest here.
 *
 * @returns SHA-256, 64 hexadecimal digits
 * @throws UserError RV1426 for a file that cannot be read, RV1433 for a part that is not what the manifest promises
 */
export async function packageDigest(definition: Uint8Array, roles: readonly RolePackage[]): Promise<string> {
  const digest = createHash('sha256');
  digest.update(`definition ${createHash('sha256').update(definition).digest('hex')}\n`);
  const buffer = Buffer.allocUnsafe(chunkBytes);
  let sinceTurn = 0;
  for (const role of [...roles].sort(byName)) {
    for (const file of [...role.files].sort(byPath)) {
      digest.update(`${JSON.stringify([role.name, file.path])} ${await contentDigest(file.content, buffer)}\n`);
      sinceTurn += file.size + fileWeight;
      if (sinceTurn < turnBytes) continue;
      sinceTurn = 0;
      await setImmediate();
    }
  }
  return digest.digest('hex');
}

function byName(a: RolePackage, b: RolePackage): number {
  return a.name < b.name ? -1 : 1;
}

function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : 1;
}

async function contentDigest(content: FileContent, buffer: Buffer): Promise<string> {
  const hash = createHash('sha256');
  if (content.kind === 'bytes') hash.update(content.bytes);
  else if (content.kind === 'hostFile') hashHostFile(content.hostPath, hash, buffer);
  else if (content.kind === 'smallPart') hash.update(await content.read());
  else for await (const chunk of await content.open()) hash.update(chunk);
  return hash.digest('hex');
}

function hashHostFile(path: string, hash: ReturnType<typeof createHash>, buffer: Buffer): void {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    for (let read = readSync(descriptor, buffer); read > 0; read = readSync(descriptor, buffer)) hash.update(buffer.subarray(0, read));
  } catch (error) {
    throw readFailure(path, error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
