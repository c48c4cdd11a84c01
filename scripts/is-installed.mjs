import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Whether `node_modules` holds what `package-lock.json` asks for on this machine.
 *
 * npm writes down what it installed when it has finished, so an interrupted installation, one of an older lock file and one copied from
 * another kind of machine are all told apart without a stamp of our own, and one made by hand with `npm install` counts.
 *
 * @param {string} root folder of the clone
 * @returns {boolean}
 */
export function isInstalled(root) {
  try {
    const wanted = packagesOf(join(root, 'package-lock.json'));
    const present = packagesOf(join(root, 'node_modules/.package-lock.json'));
    return Object.entries(wanted).every(([path, entry]) => path === '' || isSatisfied(entry, present[path]));
  } catch {
    return false;
  }
}

/**
 * @typedef {{ version: string, integrity?: string, optional?: boolean, os?: string[], cpu?: string[], libc?: string[] }} LockedPackage
 * @param {string} path
 * @returns {Record<string, LockedPackage>}
 */
function packagesOf(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages;
}

/**
 * @param {LockedPackage} wanted
 * @param {LockedPackage | undefined} present
 */
function isSatisfied(wanted, present) {
  if (present) return present.version === wanted.version && present.integrity === wanted.integrity;
  return wanted.optional === true && !isForThisMachine(wanted);
}

/** An optional package is missing by right when it is for another machine; which libc this one has is npm's to find out. */
function isForThisMachine(/** @type {LockedPackage} */ { os, cpu, libc }) {
  return libc === undefined && os !== undefined && os.includes(process.platform) && cpu?.includes(process.arch) !== false;
}
