import type { LoadedFile } from '../contracts/control-api.ts';

/** Which version of a file a role host has loaded, in one line. */
export function loadedText({ file, sha256, mtime }: LoadedFile): string {
  const version = sha256 === undefined ? 'replaced before it could be read' : `sha256 ${sha256.slice(0, 16)}`;
  return `loaded ${file} ${version}, written ${mtime}`;
}
