import { UserError } from '../../contracts/diagnostic.ts';
import { quote } from '../quote.ts';

const maximumLength = 1_024;
const maximumNameBytes = 255;
// biome-ignore lint/suspicious/noControlCharactersInRegex: Windows refuses exactly these
const forbiddenCharacters = /[\x00-\x1f<>:"|?*]/;
/** With any extension they are the device still: `NUL.txt`. */
const deviceName = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\..*)?$/i;

/**
 * A name from a package or a folder as a path below %RoleRoot%.
 *
 * Whatever Windows would not take as the name of an ordinary file below that root is refused, on every system alike: steps upwards, roots,
 * drive letters, servers, alternate streams, devices, trailing dots and spaces (which Windows cuts off, so that two names become one).
 *
 * @param name with slashes of either kind
 * @returns the path with forward slashes
 * @throws UserError RV1421
 */
export function drivePath(name: string): string {
  const path = name.replaceAll('\\', '/');
  if (path.length > maximumLength) throw refused(name, `is longer than ${maximumLength} characters`);
  for (const step of path.split('/')) {
    if (step === '' || step === '.' || step === '..') throw refused(name, 'would leave the drive of the role');
    const reason = whyNotName(step);
    if (reason !== undefined) throw refused(name, reason);
  }
  return path;
}

function whyNotName(step: string): string | undefined {
  if (forbiddenCharacters.test(step)) return 'has a character that names of files on Windows cannot have';
  if (/[. ]$/.test(step)) return 'has a part that ends in a dot or a space, which Windows cuts off';
  if (deviceName.test(step)) return 'is the name of a device on Windows';
  if (Buffer.byteLength(step) > maximumNameBytes) return `has a part longer than ${maximumNameBytes} bytes`;
  return undefined;
}

function refused(name: string, reason: string): UserError {
  return new UserError('RV1421', `The file name ${quote(name)} ${reason}.`, 'Rename the file or leave it out, and pack the service again.');
}
