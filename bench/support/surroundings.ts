import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Folder of the clone. */
export const root = resolve(process.argv[1] ?? '', '../../..');
export const bundlesDirectory = join(root, 'dist');
export const service = join(root, 'bench', 'services', 'worker');

/** The benchmark's own folder for states and compiled code; it is removed at the end. */
export const scratch = mkdtempSync(join(tmpdir(), 'rolevm-bench-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true, maxRetries: 5 }));

/**
 * The environment that rolevm and the floor are started with. Additional certificates are left out: they double the start of any
 * Node process, and rolevm takes them from its emulator, so the floor would be the slower for them.
 */
export const environment: NodeJS.ProcessEnv = { ...process.env, ROLEVM_CACHE: join(scratch, 'cache') };
delete environment['NODE_EXTRA_CA_CERTS'];

/** Number behind a flag of the command line: `--runs 20`. */
export function numberOption(name: string, otherwise: number): number {
  const at = process.argv.indexOf(`--${name}`);
  const given = Number(process.argv[at + 1]);
  return at === -1 || !(given > 0) ? otherwise : Math.floor(given);
}
