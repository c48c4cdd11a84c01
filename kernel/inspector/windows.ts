import { spawnSync } from 'node:child_process';
import { isAlive } from '../process-table/index.ts';
import type { InspectorSystem } from './types.ts';

/** Asks Node and `netstat`. Untested on Windows: written after their documentation. */
export const windowsInspectors: InspectorSystem = {
  takesRequest: () => true,
  request: (target) => {
    // There is no SIGUSR1: Node starts a thread in the other process instead, and refuses one that is not Node.
    if (isAlive(target)) (process as unknown as { _debugProcess(pid: number): void })._debugProcess(target.pid);
  },
  ports: (pid) => {
    const done = spawnSync('netstat', ['-ano', '-p', 'TCP'], { encoding: 'utf8', windowsHide: true });
    return parseNetstat(done.stdout ?? '', pid);
  },
};

/** The ports in lines such as `TCP 127.0.0.1:9229 0.0.0.0:0 LISTENING 4711`; the word for the state is in the system's language. */
function parseNetstat(text: string, pid: number): readonly number[] {
  const lines = text.matchAll(/^\s*TCP\s+127\.0\.0\.1:(\d+)\s+0\.0\.0\.0:0\s+\S+\s+(\d+)\s*$/gm);
  return [...lines].filter((match) => Number(match[2]) === pid).map((match) => Number(match[1]));
}
