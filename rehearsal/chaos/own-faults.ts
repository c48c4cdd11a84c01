import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';

/** Where an emulator in the background prints; one in a terminal leaves nothing to read. */
const output = 'emulator.log';
const mostBytes = 1_048_576;

/**
 * Reads what an emulator says of faults of its own.
 *
 * @returns how to ask for the first one since the last time
 */
export function watchOwnFaults(logsDirectory: string): () => string | undefined {
  const file = join(logsDirectory, output);
  let read = sizeOf(file);
  return () => {
    const text = textFrom(file, read);
    read += Buffer.byteLength(text);
    return text.split('\n').find((line) => /fault RV4000|"fault":true/.test(line));
  };
}

function sizeOf(file: string): number {
  return withFile(file, (descriptor) => fstatSync(descriptor).size) ?? 0;
}

function textFrom(file: string, from: number): string {
  const text = withFile(file, (descriptor) => {
    const bytes = Buffer.alloc(Math.max(0, Math.min(mostBytes, fstatSync(descriptor).size - from)));
    return bytes.toString('utf8', 0, readSync(descriptor, bytes, 0, bytes.length, from));
  });
  return text ?? '';
}

function withFile<Result>(file: string, act: (descriptor: number) => Result): Result | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return undefined;
  }
  try {
    return act(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
