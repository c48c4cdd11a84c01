import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';

/** Process tests start what is in `dist`, also when vitest is called by hand. */
export async function setup() {
  await build({ root: resolve(fileURLToPath(import.meta.url), '../..') });
}
