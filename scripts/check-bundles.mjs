import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { metafilePath } from './build.mjs';
import { entries } from './entries.mjs';

/**
 * Packages that cost a played process more than it may spend, by a part of their path: each is wanted in the command or the emulator only.
 * zod as such costs 22 ms and 9 MB a process, zod/mini 1 ms (design.md section 6). For XML saxes loads in half of fast-xml-parser's time.
 */
const heavy = ['zod/v4/classic', 'zod/v3', 'fastify', 'commander', 'fast-xml-parser', 'yauzl', 'yazl', 'chokidar', 'ws', 'ink', 'react'];

/**
 * Which processes the last build has left out, and what it put into played ones that does not belong there.
 *
 * @param {string} root folder of the clone, built
 * @returns {string[]} one line a violation
 */
export function bundleViolations(root) {
  /** @type {import('esbuild').Metafile} */
  const metafile = JSON.parse(readFileSync(join(root, metafilePath), 'utf8'));
  const missing = entries
    .filter(({ out }) => !metafile.outputs[`dist/${out}`])
    .map(({ out, source }) => `${source}: absent, so there is no dist/${out}`);
  const overweight = entries
    .filter(({ played }) => played)
    .flatMap(({ out }) => {
      const inputs = Object.entries(metafile.outputs[`dist/${out}`]?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
      const carried = heavy.filter((part) => inputs.some(([path]) => path.includes(`node_modules/${part}/`)));
      return carried.map((part) => `dist/${out}: carries ${part}, which a played process cannot afford`);
    });
  return [...missing, ...overweight];
}
