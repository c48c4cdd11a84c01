import { UserError } from '../../contracts/diagnostic.ts';
import { quote } from '../quote.ts';

/** What a whole service may weigh unpacked. An application drive holds about 1.5 GB (SM 9): what is larger runs nowhere. */
export interface PackageLimits {
  readonly files: number;
  readonly totalBytes: number;
  readonly fileBytes: number;
}

export const packageLimits: PackageLimits = { files: 100_000, totalBytes: 1_610_612_736, fileBytes: 1_073_741_824 };

export interface Budget {
  /**
   * Counts one file.
   *
   * @param bytes its size unpacked
   * @param name for the message
   * @throws UserError RV1425 when it is one too many or too large
   */
  spend(bytes: number, name: string): void;
}

export function createBudget(limits: PackageLimits): Budget {
  let files = 0;
  let total = 0;
  return {
    spend(bytes, name) {
      files += 1;
      total += bytes;
      if (files > limits.files) throw tooMuch(`The service has more than ${limits.files} files.`);
      if (bytes > limits.fileBytes) throw tooMuch(`The file ${quote(name)} is larger than ${limits.fileBytes} bytes.`);
      if (total > limits.totalBytes) throw tooMuch(`The files of the service are larger than ${limits.totalBytes} bytes together.`);
    },
  };
}

function tooMuch(message: string): UserError {
  return new UserError(
    'RV1425',
    message,
    'Leave out of the role folders what the role does not need: its drive is small on Azure as well.',
  );
}
