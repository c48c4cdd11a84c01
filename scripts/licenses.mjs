import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BuildError } from './bundle.mjs';

/** Licenses that let a copy be shipped inside this package, provided that their text goes with it. */
const permissive = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  '0BSD',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'Unlicense',
  'Zlib',
]);

/**
 * The license texts of every package of which a part is inside a bundle: bundling is redistribution.
 *
 * @param {string} root folder of the clone
 * @param {readonly string[]} inputs files of the bundles as esbuild's metafile names them
 * @returns {string}
 * @throws {BuildError} when a package has no license text or one that does not allow this
 */
export function thirdPartyLicenses(root, inputs) {
  const folders = [...new Set(inputs.flatMap((input) => packageFolder(input) ?? []))].sort();
  const notices = folders.map((folder) => notice(join(root, folder)));
  return ['Parts of the following packages are inside the files of this folder.', ...new Set(notices)].join(`\n\n${'-'.repeat(80)}\n\n`);
}

/**
 * @param {string} input
 * @returns {string | undefined} the folder of the package the file belongs to; undefined for our own sources
 */
function packageFolder(input) {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
}

/** @param {string} folder */
function notice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (!permissive.has(license))
    throw new BuildError(`${name} is bundled, but its license (${license}) is not one that this build knows to allow it.`);
  const texts = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)(\.|-|$)/i.test(file));
  if (texts.length === 0) throw new BuildError(`${name} is bundled, but has no license text to ship with it.`);
  const bodies = texts.sort().map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return [`${name} ${version} (${license})`, ...bodies].join('\n\n');
}
