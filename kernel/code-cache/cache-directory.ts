import { join } from 'node:path';

/**
 * Where compiled code is kept: `ROLEVM_CACHE`, else `rolevm` in the user's cache directory.
 *
 * @param environment of the process, or of the one that starts it
 * @returns undefined when `ROLEVM_CACHE` is `off`, or when the user has no home
 */
export function cacheDirectory(environment: NodeJS.ProcessEnv): string | undefined {
  const given = environment.ROLEVM_CACHE;
  if (given !== undefined && given !== '') return given === 'off' ? undefined : given;
  const base = userCache(environment);
  return base === undefined ? undefined : join(base, 'rolevm');
}

function userCache(environment: NodeJS.ProcessEnv): string | undefined {
  if (process.platform === 'win32') return environment.LOCALAPPDATA || undefined;
  // The XDG specification says that a relative path is to be ignored.
  if (environment.XDG_CACHE_HOME?.startsWith('/')) return environment.XDG_CACHE_HOME;
  const home = environment.HOME;
  if (!home) return undefined;
  return process.platform === 'darwin' ? join(home, 'Library', 'Caches') : join(home, '.cache');
}
