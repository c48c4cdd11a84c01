import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { UserError } from '../contracts/diagnostic.ts';

/**
 * The configuration that `--config` means: `Local`, `Cloud` in their spelling, or the absolute path of a file.
 *
 * @throws UserError RV6212 when it is neither
 */
export function findConfiguration(text: string, cwd: string): string {
  const word = ['Local', 'Cloud'].find((name) => name.toLowerCase() === text.toLowerCase());
  if (word !== undefined) return word;
  const path = resolve(cwd, text);
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) return path;
  throw new UserError('RV6212', `there is no configuration ${text}`, 'say Local, Cloud, or name a .cscfg file');
}
