import { readFileSync } from 'node:fs';

const direction = /node_modules\/execa\/lib\/stdio\/direction\.js$/;

/**
 * Parts of packages that every start would pay for and no process of rolevm uses. Milliseconds and bytes are for one start of one
 * process from compiled code.
 *
 * @typedef {{ file: RegExp, find?: string, put: string }} Lightening `find` is replaced by `put`; without it the whole file is
 * @type {readonly Lightening[]}
 */
const lightenings = [
  // Node's own streams are loaded already; winston's copy of them is 56 KB.
  { file: /node_modules\/readable-stream\/readable\.js$/, put: `module.exports = require('node:stream');` },
  { file: /node_modules\/readable-stream\/lib\/_stream_writable\.js$/, put: `module.exports = require('node:stream').Writable;` },
  // winston knows a colour for each level of a terminal's log, and asks the system for the terminal: 1 ms. No log of a VM has colours.
  { file: /node_modules\/@colors\/colors\/safe\.js$/, put: 'module.exports = {};' },
  // A table of signals by number, which execa does not read: 1 ms.
  {
    file: /node_modules\/human-signals\/build\/src\/main\.js$/,
    find: 'signalsByNumber=getSignalsByNumber()',
    put: 'signalsByNumber=/* @__PURE__ */getSignalsByNumber()',
  },
  // execa keeps the three streams of its process to compare with: looking at stdin and stderr opens them, which takes 2 ms.
  {
    file: /node_modules\/execa\/lib\/utils\/standard-stream\.js$/,
    find: '[process.stdin, process.stdout, process.stderr]',
    put: 'Object.defineProperties([], { 0: { get: () => process.stdin }, 1: { get: () => process.stdout }, 2: { get: () => process.stderr } })',
  },
  {
    file: direction,
    find: '[0, process.stdin].includes(value)',
    put: "(value === 0 || (typeof value === 'object' && value === process.stdin))",
  },
  {
    file: direction,
    find: '[1, 2, process.stdout, process.stderr].includes(value)',
    put: "(value === 1 || value === 2 || (typeof value === 'object' && [process.stdout, process.stderr].includes(value)))",
  },
];

/**
 * Leaves the parts out.
 *
 * @type {import('esbuild').Plugin}
 */
export const lighten = {
  name: 'lighten',
  setup(build) {
    for (const file of new Set(lightenings.map((one) => one.file))) {
      const cuts = lightenings.filter((one) => one.file === file);
      build.onLoad({ filter: file }, ({ path }) => lightened(path, cuts));
    }
  },
};

/**
 * @param {string} path
 * @param {readonly Lightening[]} cuts
 * @returns {import('esbuild').OnLoadResult}
 */
function lightened(path, cuts) {
  let contents = readFileSync(path, 'utf8');
  for (const { find, put } of cuts) {
    // Another version of the package may need another cut, or none.
    if (find !== undefined && !contents.includes(find))
      return { errors: [{ text: `scripts/lighten.mjs does not find ${find} in ${path}` }] };
    contents = find === undefined ? put : contents.replace(find, put);
  }
  return { contents };
}
