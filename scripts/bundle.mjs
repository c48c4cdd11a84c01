import { basename } from 'node:path';
import * as esbuild from 'esbuild';
import { lighten } from './lighten.mjs';

/** The sources cannot be built; the message is the compiler's, with file and line. */
export class BuildError extends Error {
  /** @override */
  name = 'BuildError';
}

/**
 * Measured with xstate, winston and execa in one file (Node 20.20, medians of 25): unminified 105.6 ms, this 103.4 ms, identifiers
 * shortened as well 101.9 ms, an empty program 66.6 ms. The 1.5 ms would cost every name in a stack trace, so names stay; long lines are
 * folded because a stack trace names a line.
 *
 * @type {import('esbuild').BuildOptions}
 */
const style = { minifySyntax: true, minifyWhitespace: true, minifyIdentifiers: false, lineLimit: 160, legalComments: 'none' };

/**
 * Packages choose their development half at run time by NODE_ENV; left out, a process with winston, xstate and execa is 4 MB smaller.
 */
const define = { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename', 'process.env.NODE_ENV': '"production"' };

/**
 * Bundles every entry into one CommonJS file: CommonJS starts faster than ES modules do and can carry a V8 code cache.
 *
 * @param {string} root folder of the clone
 * @param {readonly import('./entries.mjs').Entry[]} entries
 * @param {readonly import('./entries.mjs').LatePackage[]} packages that get a bundle of their own
 * @returns {Promise<{ files: Map<string, import('./write-dist.mjs').DistFile>, metafile: import('esbuild').Metafile }>}
 * @throws {BuildError} with esbuild's messages
 */
export async function bundleAll(root, entries, packages = []) {
  const result = await run({
    ...style,
    absWorkingDir: root,
    entryPoints: [...entries, ...packages].map(({ source, out }) => ({ in: source, out: out.replace(/\.cjs$/, '') })),
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['koffi'],
    define,
    plugins: [lighten, requireLate(packages)],
    // An import() left in a CommonJS bundle would load what it names as an ES module.
    supported: { 'dynamic-import': false },
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  const byName = new Map((result.outputFiles ?? []).map((file) => [basename(file.path), file.contents]));
  const files = new Map([...entries, ...packages].map((entry) => [entry.out, distFile(entry, byName.get(entry.out) ?? new Uint8Array())]));
  return { files, metafile: /** @type {import('esbuild').Metafile} */ (result.metafile) };
}

/**
 * Makes `await import('fastify')` require the bundle beside the one it stands in.
 *
 * @param {readonly import('./entries.mjs').LatePackage[]} packages
 * @returns {import('esbuild').Plugin}
 */
function requireLate(packages) {
  return {
    name: 'late packages',
    setup(build) {
      for (const { out, source } of packages) {
        build.onResolve({ filter: new RegExp(`^${source}$`) }, ({ kind }) =>
          kind === 'dynamic-import' ? { path: `./${out}`, external: true } : undefined,
        );
      }
    },
  };
}

/** @param {import('esbuild').BuildOptions} options */
async function run(options) {
  const result = await esbuild.build(options).catch((/** @type {import('esbuild').BuildFailure} */ failure) => failure);
  await esbuild.stop();
  // A warning about our own source is a fault that shows up only at run time: `import.meta` is empty in CommonJS, for one.
  const messages = [...result.errors, ...result.warnings.filter((warning) => !warning.location?.file.includes('node_modules'))];
  if (messages.length === 0 && !(result instanceof Error)) return result;
  const kind = result.errors.length > 0 ? 'error' : 'warning';
  const texts = await esbuild.formatMessages(messages, { kind, color: process.stderr.isTTY });
  throw new BuildError(texts.join('').trimEnd());
}

/**
 * @param {import('./entries.mjs').Entry} entry
 * @param {Uint8Array} content
 * @returns {import('./write-dist.mjs').DistFile}
 */
function distFile(entry, content) {
  if (!entry.executable) return { content };
  const hasShebang = content[0] === 0x23 && content[1] === 0x21;
  return { content: hasShebang ? content : Buffer.concat([Buffer.from('#!/usr/bin/env node\n'), content]), executable: true };
}
