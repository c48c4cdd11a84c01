import { UserError } from '../../contracts/diagnostic.ts';
import { quote } from '../quote.ts';
import { drivePath } from './drive-path.ts';

/** The names on one role's drive, kept as Windows keeps them: upper and lower case are one. */
export interface DriveTree {
  /**
   * Takes a place on the drive.
   *
   * @param name of a file, with slashes of either kind
   * @returns its path, in the spelling that its folders had first
   * @throws UserError RV1421 for a name that cannot stand on the drive, RV1422 when the place is taken
   */
  add(name: string): string;
}

export function createDriveTree(): DriveTree {
  const files = new Map<string, string>();
  const folders = new Map<string, string>();
  return {
    add(name) {
      const steps = drivePath(name).split('/');
      let path = '';
      for (const [index, step] of steps.entries()) {
        const next = path === '' ? step : `${path}/${step}`;
        const key = next.normalize('NFC').toLowerCase();
        const last = index === steps.length - 1;
        const taken = files.get(key) ?? (last ? folders.get(key) : undefined);
        if (taken !== undefined) throw alreadyTaken(next, taken);
        path = last ? next : (folders.get(key) ?? next);
        (last ? files : folders).set(key, path);
      }
      return path;
    },
  };
}

function alreadyTaken(name: string, taken: string): UserError {
  return new UserError(
    'RV1422',
    `${quote(name)} and ${quote(taken)} are the same name on Windows.`,
    'Rename one of the two: the drive of a role does not tell upper from lower case.',
  );
}
