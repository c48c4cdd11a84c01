import { UserError } from '../../contracts/diagnostic.ts';
import { quote } from '../quote.ts';

/**
 * What a failed read of the user's file means to the user.
 *
 * @param path of the file or folder
 * @param error as the file system threw it
 */
export function readFailure(path: string, error: unknown): UserError {
  if (error instanceof UserError) return error;
  const reason = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error);
  return new UserError('RV1426', `${quote(path)} cannot be read (${reason}).`, 'See that the file is there and that you may read it.');
}
