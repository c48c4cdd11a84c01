import path from 'node:path';
import type { RunningInstance } from '../../fabric/fabric-controller.ts';
import { tailDirectory } from '../../logs/tail-directory.ts';
import { driveLayout } from '../../sandbox/drive-layout.ts';
import type { Feed } from './feed.ts';

/**
 * Tells what startup tasks and role code print, line by line, as it reaches their files.
 *
 * @returns how to end it; lines already written are told before
 */
export function followOutput(instances: readonly RunningInstance[], feed: Feed): () => void {
  const tails = instances.flatMap(({ vm, vmRoot }) => {
    const layout = driveLayout(vmRoot, vm);
    const tell = (source: (file: string) => string) => (line: string, file: string) =>
      feed.tell({ type: 'output', instance: vm.instanceId, source: source(file), line });
    const onError = (error: unknown) =>
      feed.tell({
        type: 'notice',
        text: `output of ${vm.instanceId} is not followed: ${error instanceof Error ? error.message : String(error)}`,
      });
    return [
      tailDirectory(layout.taskOutputs.host, tell(taskOf), { fromEnd: true, onError }),
      tailDirectory(
        layout.serviceOutputs.host,
        tell((file) => path.basename(file, '.log')),
        { fromEnd: true, onError },
      ),
      tailDirectory(
        layout.logs.host,
        tell((file) => path.basename(file, '.out.log')),
        { fromEnd: true, filter: (name) => name.endsWith('.out.log'), onError },
      ),
    ];
  });
  return () => {
    for (const tail of tails) tail.close();
  };
}

/** `0-prepare.js.log` is the output of prepare.js. */
function taskOf(file: string): string {
  return file.replace(/^\d+-/, '').replace(/\.log$/, '');
}
