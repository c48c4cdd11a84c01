import { platform } from 'node:os';

/**
 * An argument as it must be typed in a shell of this system to arrive unchanged.
 *
 * @param system as os.platform() names it
 */
export function shellQuote(text: string, system: NodeJS.Platform = platform()): string {
  if (system === 'win32') return /^[\w.,:\\/@=+-]+$/.test(text) ? text : `"${text}"`;
  return /^[\w.,:/@=+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
