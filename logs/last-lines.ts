import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const mostLines = 5;
const mostBytes = 8 * 1_024;
const longestLine = 300;

/**
 * A sentence on something that is awaited or was given up, with the last lines of whom it is about.
 *
 * @param file host path of its log or output; one that is missing, empty or unreadable adds nothing
 */
export function withLastLines(sentence: string, file: string): string {
  const lines = lastLines(file);
  return lines.length === 0 ? sentence : [`${sentence} Its last lines:`, ...lines.map((line) => `  ${line}`)].join('\n');
}

/** The last lines of a text file, five at most and long ones cut, whatever its size; none when it cannot be read. */
export function lastLines(file: string): readonly string[] {
  try {
    return endOf(file)
      .split(/\r?\n/)
      .filter((line) => line.trim() !== '')
      .slice(-mostLines)
      .map((line) => (line.length > longestLine ? `${line.slice(0, longestLine)}…` : line));
  } catch {
    return [];
  }
}

function endOf(file: string): string {
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const bytes = Buffer.alloc(Math.min(size, mostBytes));
    const read = readSync(descriptor, bytes, 0, bytes.length, size - bytes.length);
    const text = bytes.toString('utf8', 0, read);
    // What was cut in front is no line.
    return size > mostBytes ? text.slice(text.indexOf('\n') + 1) : text;
  } finally {
    closeSync(descriptor);
  }
}
