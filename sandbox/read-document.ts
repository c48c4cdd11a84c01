import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { safeParse } from 'zod/mini';
import type { $ZodType } from 'zod/v4/core';

/**
 * Reads a JSON document from a drive, where a role can lay whatever it likes: no link is followed, no device read, and no more than
 * `maxBytes` are taken.
 *
 * @returns undefined when there is none
 * @throws Error with one sentence when something else stands there
 */
export function readDocument<Document>(file: string, form: $ZodType<Document>, maxBytes: number): Document | undefined {
  const text = readBounded(file, maxBytes);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error('It is not JSON.');
  }
  const parsed = safeParse(form, value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`It has not the form of such a document: ${issue?.path.join('.') || 'as a whole'}.`);
}

function readBounded(file: string, maxBytes: number): string | undefined {
  let descriptor: number;
  try {
    // Not waiting: a pipe in its place would hold this process up for ever. Both flags are missing on Windows, which has neither.
    descriptor = openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new Error(code === 'ELOOP' ? 'It is a symbolic link.' : `It cannot be opened (${code}).`);
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw new Error('It is no file.');
    if (stats.size > maxBytes) throw new Error(`It has more than ${maxBytes} bytes.`);
    const bytes = Buffer.alloc(stats.size);
    return bytes.toString('utf8', 0, readSync(descriptor, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(descriptor);
  }
}
