import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { environment, root } from './surroundings.ts';

/** What is below a bare process: processes with more below them, role hosts, and services that nobody waits for. */
export type BareTree = readonly (BareTree | 'host' | 'service')[];

/** The processes of one VM: WaAppAgent beside WindowsAzureGuestAgent, WaHostBootstrapper, role host. */
const vm: BareTree = ['service', [['host']]];

/** The processes that `up` makes: the command, which keeps the emulator, below which the VMs are. */
export function asUpMakes(instances: number): BareTree {
  return [Array.from({ length: instances }, () => vm).flat()];
}

/**
 * Starts a chain of processes that do nothing but start the next ones.
 *
 * @param hosts how many of them say their first statement
 * @returns milliseconds from the start of the first process to the first statement of the last one, as the first one hears of it
 */
export async function bareChain(tree: BareTree, hosts: number): Promise<number> {
  const began = performance.now();
  const child = spawn(process.execPath, [join(root, 'bench', 'bare', 'link.cjs'), JSON.stringify(tree)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...environment, BARE_COMMAND: '1' },
  });
  const exited = once(child, 'exit');
  let heard = 0;
  for await (const _ of createInterface({ input: child.stdout })) {
    heard += 1;
    if (heard === hosts) break;
  }
  const took = performance.now() - began;
  // Every process below ends when its parent is gone.
  child.kill('SIGKILL');
  await exited;
  if (heard < hosts) throw new Error(`${heard} of ${hosts} bare processes have started`);
  return took;
}
