import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { readFailure } from './read-failure.ts';
import type { FileContent } from './service-package.ts';

const chunkBytes = 1_048_576;

/** Digests of a package live as long as it does. Of a service folder the user may change a file at any time: `version` tells. */
const known = new WeakMap<FileContent, { readonly digest: string; readonly version: string }>();

/**
 * SHA-256 of what a file of a package holds now, read in pieces and only once.
 *
 * @returns 64 hexadecimal digits
 * @throws UserError RV1426 for a file that cannot be read, RV1433 for a part that is not what the manifest promises
 */
export async function contentDigest(content: FileContent): Promise<string> {
  const version = content.kind === 'hostFile' ? await versionOf(content.hostPath) : '';
  const before = known.get(content);
  if (before?.version === version) return before.digest;
  const digest = await digestOf(content);
  known.set(content, { digest, version });
  return digest;
}

/**
 * SHA-256 of a file of this machine, read in pieces.
 *
 * @returns 64 hexadecimal digits
 * @throws the file system's error; Error for what is no plain file
 */
export async function hostFileDigest(path: string): Promise<string> {
  // Without waiting: a pipe in its place would be waited for until somebody writes to it.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new Error(`${path} is no plain file`);
    const hash = createHash('sha256');
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, stats.size));
    for (let left = stats.size; left > 0; ) {
      const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, left));
      if (bytesRead === 0) break;
      hash.update(buffer.subarray(0, bytesRead));
      left -= bytesRead;
    }
    return hash.digest('hex');
  } finally {
    await handle.close();
  }
}

async function versionOf(path: string): Promise<string> {
  try {
    const { size, mtimeMs, ctimeMs, ino } = await stat(path);
    return `${size} ${mtimeMs} ${ctimeMs} ${ino}`;
  } catch (error) {
    throw readFailure(path, error);
  }
}

async function digestOf(content: FileContent): Promise<string> {
  if (content.kind === 'hostFile') {
    return hostFileDigest(content.hostPath).catch((error: unknown) => {
      throw readFailure(content.hostPath, error);
    });
  }
  const hash = createHash('sha256');
  if (content.kind === 'bytes') hash.update(content.bytes);
  else if (content.kind === 'smallPart') hash.update(await content.read());
  else for await (const chunk of await content.open()) hash.update(chunk);
  return hash.digest('hex');
}
