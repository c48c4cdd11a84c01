import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import type { HotpatchTarget } from './find-target.ts';

const mostLines = 10;
const mostBytes = 64 * 1_024;

/**
 * What startup tasks print from now on; what earlier starts have printed stands before it in the same files.
 *
 * @returns the last lines of the task of an index
 */
export function taskOutputs({ layout, tasks }: Pick<HotpatchTarget, 'layout' | 'tasks'>): (index: number) => readonly string[] {
  const files = tasks.map(({ commandLine }, index) => layout.taskOutput(index, commandLine).host);
  const sizes = files.map((file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0);
  return (index) => {
    const file = files[index];
    return file === undefined ? [] : lastLines(file, sizes[index] ?? 0);
  };
}

function lastLines(file: string, from: number): readonly string[] {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return [];
  }
  try {
    const { size } = fstatSync(descriptor);
    // One that has become shorter was begun anew.
    const start = Math.max(size < from ? 0 : from, size - mostBytes);
    const content = Buffer.alloc(size - start);
    readSync(descriptor, content, 0, content.length, start);
    const lines = content.toString('utf8').split(/\r?\n/);
    return lines.filter((line) => line.trim() !== '').slice(-mostLines);
  } finally {
    closeSync(descriptor);
  }
}
