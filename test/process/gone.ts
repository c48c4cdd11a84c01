import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

/**
 * A process has ended: there is none of this number, or only its entry waits for a parent to collect it, which `kill(pid, 0)` takes
 * for alive.
 */
export function expectGone(pid: number, name: string): void {
  expect(isRunning(pid), `${name} (${pid}) still runs`).toBe(false);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    // No /proc on this system, or gone between the two looks.
    return process.platform !== 'linux';
  }
}
