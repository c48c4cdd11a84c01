import { inspect } from 'node:util';

/**
 * What role code has thrown, with its stack as Azure's texts show it (AB 3.1), as far as that is the role author's own code. Frames of
 * the role host itself tell him nothing; run from compiled code they may even name the file of another VM.
 */
export function exceptionText(error: unknown): string {
  if (typeof error === 'string') return error;
  const text = error instanceof Error && typeof error.stack === 'string' ? error.stack : inspect(error);
  return text
    .split('\n')
    .filter((line) => !hostFrame.test(line))
    .join('\n');
}

const hostFrame = /^\s+at .*\bWaWorkerHost\.exe:\d+:\d+\)?$/;
