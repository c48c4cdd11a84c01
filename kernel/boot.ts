import { cacheDirectory } from './code-cache/cache-directory.ts';
import { runBundle } from './code-cache/run-bundle.ts';

/*
 * `node boot.cjs [--cache=DIRECTORY] SCRIPT [ARGUMENT…]`: runs a bundle from compiled code. The directory is given as an argument
 * to a process whose environment is the role's, where neither the user's home nor a variable of rolevm belongs.
 */
const option = '--cache=';
const given = process.argv[2]?.startsWith(option) === true ? process.argv.splice(2, 1)[0]?.slice(option.length) : undefined;
const script = process.argv.splice(2, 1)[0];
if (script === undefined) {
  process.stderr.write('usage: node boot.cjs [--cache=DIRECTORY] SCRIPT [ARGUMENT...]\n');
  process.exitCode = 2;
} else {
  runBundle(script, { bundles: __dirname, cache: cacheDirectory(given === undefined ? process.env : { ROLEVM_CACHE: given }) });
}
