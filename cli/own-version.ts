import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The version in rolevm's own package.json. */
export function ownVersion(packageRoot: string): string {
  const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string };
  return version;
}
