import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BuildError } from './bundle.mjs';
import { licenseTexts } from './license-texts.mjs';

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
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const { name, version, license } = manifest;
  if (!isPermissive(license))
    throw new BuildError(`${name} is bundled, but its license (${license}) is not one that is known to allow it.`);
  const texts = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)(\.|-|$)/i.test(file));
  const bodies = texts.sort().map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return [`${name} ${version} (${license})`, ...(bodies.length > 0 ? bodies : standardText(manifest))].join('\n\n');
}

/**
 * Some packages only state the name of their license: its common text then stands under the name of the author they state.
 *
 * @param {{ name: string, license: string, author?: string | { name: string } }} manifest
 */
function standardText({ name, license, author }) {
  const text = licenseTexts.get(license);
  if (text === undefined) throw new BuildError(`${name} is bundled, but has no license text to ship with it.`);
  return [`Copyright (c) ${typeof author === 'object' ? author.name : (author ?? `the authors of ${name}`)}`, text];
}

/** @param {unknown} license an SPDX expression; of alternatives one that is permissive is enough */
function isPermissive(license) {
  return (
    typeof license === 'string' &&
    license
      .replace(/^\((.*)\)$/, '$1')
      .split(' OR ')
      .some((choice) => permissive.has(choice))
  );
}
