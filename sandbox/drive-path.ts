import { lstatSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { UserError } from '../contracts/diagnostic.ts';

/**
 * The host path of a drive path such as `E:\approot\WorkerRole1.dll`.
 *
 * Names that exist are found in any case, as NTFS finds them; those that do not exist are taken as they are written. `/` stands
 * for `\`, `E:` alone for the root of the drive (the value of %RoleRoot%, AB 5.4).
 *
 * @param vmRoot folder of the VM, which holds the drives as `C`, `D` and `E` or `F`
 * @throws UserError RV3101 when the path is not one of a drive of the VM, or could mean anything outside of it: `..`, network and
 *   device paths, reserved names, streams, symbolic links that lead out
 */
export function toHostPath(vmRoot: string, drivePath: string): string {
  const match = /^([c-f]):(?:[\\/]+(.*))?$/is.exec(drivePath);
  if (match === null) throw refused(drivePath, 'it does not begin with a drive of the VM, such as E:\\');
  const root = join(vmRoot, (match[1] as string).toUpperCase());
  const names = (match[2] ?? '').split(/[\\/]+/).flatMap((name) => checkedName(drivePath, name));
  const host = resolveNames(root, names);
  if (leavesDrive(root, host)) throw refused(drivePath, 'a symbolic link on it leads out of the drive');
  return host;
}

/**
 * The drive path of a host path: `E:\approot\x.dll`, with the names as they stand on the disk.
 *
 * @returns undefined for what lies on no drive of this VM, or has a name that Windows could not have
 */
export function toDrivePath(vmRoot: string, hostPath: string): string | undefined {
  const inside = relative(vmRoot, hostPath);
  if (isAbsolute(inside)) return undefined;
  const [letter = '', ...names] = inside.split(sep);
  if (!/^[C-F]$/.test(letter) || names.some((name) => flawOf(name) !== undefined || /[. ]$/.test(name))) return undefined;
  return `${letter}:\\${names.join('\\')}`;
}

/** One component as Windows takes it: without `.`, and without blanks and dots at the end of a name. */
function checkedName(drivePath: string, written: string): string[] {
  if (written === '' || written === '.') return [];
  const flaw = flawOf(written);
  if (flaw !== undefined) throw refused(drivePath, flaw);
  return [written.replace(/[. ]+$/, '')];
}

const deviceName = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\..*)?$/i;

/** Why Windows would not take the name for a file, undefined when it would. */
function flawOf(name: string): string | undefined {
  if (name === '..') return '".." could leave the drive';
  if (name.includes(':')) return 'a colon names a stream of a file';
  if (/[\p{Cc}<>"|?*\\]/u.test(name)) return `"${name}" has a character that no file name can have`;
  if (deviceName.test(name)) return `"${name}" is the name of a device`;
  if (/^[. ]+$/.test(name)) return `"${name}" is no file name`;
  return undefined;
}

function resolveNames(root: string, names: readonly string[]): string {
  let path = root;
  let exists = true;
  for (const name of names) {
    const actual: string | undefined = exists ? nameOnDisk(path, name) : undefined;
    exists = actual !== undefined;
    path = join(path, actual ?? name);
  }
  return path;
}

/** The exact name comes first: a host file system may hold several that differ in case only. */
function nameOnDisk(folder: string, name: string): string | undefined {
  if (lstatSync(join(folder, name), { throwIfNoEntry: false }) !== undefined) return name;
  const wanted = name.toLowerCase();
  return namesIn(folder).find((entry) => entry.toLowerCase() === wanted);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function leavesDrive(root: string, host: string): boolean {
  const drive = realPath(root);
  let existing = host;
  while (existing !== root && lstatSync(existing, { throwIfNoEntry: false }) === undefined) existing = dirname(existing);
  if (drive === undefined) return false;
  const real = realPath(existing);
  // A link whose target does not exist yet could be made to lead anywhere.
  if (real === undefined) return true;
  const inside = relative(drive, real);
  return inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside);
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function refused(drivePath: string, why: string): UserError {
  return new UserError(
    'RV3101',
    `"${drivePath}" cannot be used: ${why}.`,
    'Give a path on a drive of the VM, such as E:\\approot\\WorkerRole1.dll.',
  );
}
