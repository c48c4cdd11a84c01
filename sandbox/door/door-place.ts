import { lstatSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../../contracts/diagnostic.ts';
import { doorDocument } from '../../contracts/vm-door.ts';
import { readDocument } from '../read-document.ts';

const prefix = 'rolevm-door-';
const socketName = 'vm';
/** A longer path of a socket is cut without a word: macOS takes 104 bytes, Linux 108, with the zero at the end. */
const longestSocketPath = 103;

/**
 * Makes a folder that only this user can enter, and names a socket in it. A drive of the VM is no place for it: paths there are too long.
 *
 * @param parents where the folder may be, the best first
 * @throws UserError RV3302 when the socket's path would be too long in each of them, or none can be written
 */
export function makeDoorPlace(parents: readonly string[] = doorParents()): { readonly directory: string; readonly socket: string } {
  for (const parent of parents) {
    if (Buffer.byteLength(join(parent, `${prefix}XXXXXX`, socketName)) > longestSocketPath) continue;
    try {
      // mkdtemp gives it mode 0700.
      const directory = mkdtempSync(join(parent, prefix));
      return { directory, socket: join(directory, socketName) };
    } catch {
      // The next one may do.
    }
  }
  throw new UserError(
    'RV3302',
    `No folder for a socket could be made in ${parents.join(' or ')}.`,
    'Set TMPDIR to a folder with a short path that can be written.',
  );
}

/** A runtime folder is emptied by nobody while its user is logged in; folders for temporary files may be. */
function doorParents(): readonly string[] {
  const runtime = process.env['XDG_RUNTIME_DIR'];
  return [...(runtime?.startsWith('/') === true ? [runtime] : []), tmpdir(), ...(process.platform === 'win32' ? [] : ['/tmp'])];
}

/**
 * The folder of the socket that a document on D: names, if it is still there: then the VM has ended without closing its door.
 *
 * A role can write into the document what it likes, so only what looks like a door in every respect is one.
 *
 * @param document host path of `vm-door.json`
 */
export function leftDoor(document: string): string | undefined {
  const socket = socketIn(document);
  if (socket === undefined || basename(socket) !== socketName) return undefined;
  const directory = dirname(socket);
  const isOurs = new RegExp(`^${prefix}\\w{6}$`).test(basename(directory)) && doorParents().includes(dirname(directory));
  return isOurs && lstatSync(directory, { throwIfNoEntry: false })?.isDirectory() === true ? directory : undefined;
}

/** Removes a door that `leftDoor` has found: the socket and its folder, and nothing else that may be in there. */
export function removeDoor(directory: string): void {
  try {
    rmSync(join(directory, socketName), { force: true });
    rmdirSync(directory);
  } catch {
    // It is not empty, or is not ours to remove: then it is no door.
  }
}

/** The socket that a document names; undefined when there is no document, or none that can be read. */
function socketIn(document: string): string | undefined {
  try {
    return readDocument(document, doorDocument, longestDocument)?.socket;
  } catch {
    return undefined;
  }
}

/** Bytes. */
export const longestDocument = 10_000;
