import { join, relative } from 'node:path';
import { shellQuote } from './shell-quote.ts';
import { isClone } from './state-directory.ts';

/**
 * How `rolevm` is to be typed in a folder: npx finds a clone's own command only from inside the clone.
 *
 * @param packageRoot folder of rolevm's own package.json
 */
export function commandName(packageRoot: string, cwd: string): string {
  if (!isClone(packageRoot)) return 'rolevm';
  const inside = relative(packageRoot, cwd);
  return inside.startsWith('..') ? `node ${shellQuote(join(packageRoot, 'dist/rolevm.cjs'))}` : 'npx rolevm';
}
