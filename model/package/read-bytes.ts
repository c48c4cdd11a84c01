import { readFileSync, statSync } from 'node:fs';
import { UserError } from '../../contracts/diagnostic.ts';
import { quote } from '../quote.ts';
import { readFailure } from './read-failure.ts';
import type { NamedBytes } from './service-package.ts';

/** The largest service model file that the reader takes. */
export const modelFileBytes = 4_194_304;

/**
 * Reads a small file of the user's.
 *
 * @param path as the user would type it
 * @param maximum bytes
 * @throws UserError RV1002 when it is larger, RV1426 when it cannot be read or is not a file
 */
export function readBytes(path: string, maximum = modelFileBytes): NamedBytes {
  try {
    const status = statSync(path);
    if (!status.isFile()) throw new Error('not a file');
    if (status.size > maximum)
      throw new UserError('RV1002', `${quote(path)} is larger than ${maximum} bytes.`, 'Check that this is the right file.');
    return { name: path, bytes: readFileSync(path) };
  } catch (error) {
    throw readFailure(path, error);
  }
}
