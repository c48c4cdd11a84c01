import { spawnSync } from 'node:child_process';
import { killIdentity } from '../process-table/index.ts';
import type { InspectorSystem } from './types.ts';

/** Asks `lsof` where there is no /proc. Untested on macOS and the BSDs: written after their manuals. */
export const lsofInspectors: InspectorSystem = {
  // Nothing tells what a process catches: whoever asks has heard of its machine, so it is Node and past its start.
  takesRequest: () => true,
  request: (process) => {
    killIdentity(process, 'SIGUSR1');
  },
  ports: (pid) => {
    const done = spawnSync('lsof', ['-nP', '-a', '-p', String(pid), '-iTCP@127.0.0.1', '-sTCP:LISTEN', '-Fn'], { encoding: 'utf8' });
    return parseNames(done.stdout ?? '');
  },
};

/** The ports in lines such as `n127.0.0.1:9229`. */
function parseNames(text: string): readonly number[] {
  return [...text.matchAll(/^n127\.0\.0\.1:(\d+)$/gm)].map((match) => Number(match[1]));
}
