import { lstatSync, mkdirSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import { UserError } from '../contracts/diagnostic.ts';

/**
 * Makes a folder below the folder of a VM, with those above it. Nothing outside is touched: a symbolic link in place of one of
 * the folders, which a role can lay on its drives, is an error and not followed.
 *
 * @throws UserError RV3103 naming the path when something else is in its place
 */
export async function ensureDirectory(vmRoot: string, directory: string): Promise<void> {
  const inside = relative(vmRoot, directory);
  if (isAbsolute(inside) || inside === '..' || inside.startsWith(`..${sep}`)) throw new Error(`${directory} is not below ${vmRoot}`);
  // Synchronous: a VM has a hundred of these steps, and a turn through the thread pool takes ten times as long as one of them.
  mkdirSync(vmRoot, { recursive: true });
  let path = vmRoot;
  for (const name of inside.split(sep).filter((part) => part !== '')) {
    path = join(path, name);
    makeUnlessThere(path);
  }
}

function makeUnlessThere(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) make(path);
  if (!lstatSync(path).isDirectory()) throw inTheWay(path);
}

/** Somebody else may have made something of that name in this very moment. */
function make(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function inTheWay(path: string): UserError {
  return new UserError(
    'RV3103',
    `${path} should be a folder of the VM but is something else.`,
    'Remove it, or delete the deployment with rolevm down --remove.',
  );
}
