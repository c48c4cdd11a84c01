import { lstatSync, realpathSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { UserError } from '../../contracts/diagnostic.ts';
import { quote } from '../quote.ts';
import type { Budget } from './budget.ts';
import { readFailure } from './read-failure.ts';

/** State of rolevm and of git: never part of a role. */
const excluded = new Set(['.rolevm', '.git']);

export interface HostFile {
  /** Below the folder, with forward slashes. */
  readonly path: string;
  /** Where the content is: for a link, what it points at. */
  readonly hostPath: string;
  readonly size: number;
  readonly mode: number;
}

interface Walk {
  /** Real path of the folder, which no link may leave. */
  readonly root: string;
  readonly budget: Budget;
  readonly files: HostFile[];
}

/**
 * Every file in a folder, by name, folder by folder.
 *
 * Links are followed as long as they stay inside (a package manager makes such), so each file comes out with its content.
 *
 * @throws UserError RV1423 for a link that leaves the folder or comes round in a circle, RV1424 for what is neither file nor folder,
 * RV1425 when the budget is spent, RV1426 for what cannot be read
 */
export async function walkFolder(folder: string, budget: Budget): Promise<readonly HostFile[]> {
  const root = realpathSync(folder);
  const walk: Walk = { root, budget, files: [] };
  await enter(walk, '', [root]);
  return walk.files;
}

/** @param open real paths of the folders that are being walked, the innermost last */
async function enter(walk: Walk, place: string, open: readonly string[]): Promise<void> {
  const folder = open.at(-1) ?? walk.root;
  for (const name of (await namesIn(folder)).sort()) {
    if (excluded.has(name)) continue;
    const path = `${place}${name}`;
    const hostPath = realPath(walk, join(folder, name));
    const status = statSync(hostPath);
    if (status.isDirectory()) {
      if (open.includes(hostPath)) throw refusedLink(join(folder, name), 'leads to a folder that it lies in');
      await enter(walk, `${path}/`, [...open, hostPath]);
    } else if (status.isFile()) {
      walk.budget.spend(status.size, path);
      walk.files.push({ path, hostPath, size: status.size, mode: status.mode });
    } else {
      throw new UserError('RV1424', `${quote(join(folder, name))} is neither a file nor a folder.`, 'Take it out of the role folder.');
    }
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    throw readFailure(folder, error);
  }
}

function realPath(walk: Walk, path: string): string {
  try {
    if (!lstatSync(path).isSymbolicLink()) return path;
  } catch (error) {
    throw readFailure(path, error);
  }
  let target: string;
  try {
    target = realpathSync(path);
  } catch {
    throw refusedLink(path, 'points at nothing');
  }
  if (!target.startsWith(walk.root + sep) && target !== walk.root) throw refusedLink(path, 'leaves the role folder');
  return target;
}

function refusedLink(path: string, reason: string): UserError {
  return new UserError(
    'RV1423',
    `The link ${quote(path)} ${reason}.`,
    'Put the files themselves there, or take the link out of the role folder.',
  );
}
