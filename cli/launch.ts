import { join } from 'node:path';
import { cacheDirectory } from '../kernel/code-cache/cache-directory.ts';
import { runBundle } from '../kernel/code-cache/run-bundle.ts';

// The command itself runs from compiled code as well: 8 ms of the 21 it takes over an empty program.
runBundle(join(__dirname, 'cli.cjs'), { bundles: __dirname, cache: cacheDirectory(process.env) });
