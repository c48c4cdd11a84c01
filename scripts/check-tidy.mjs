import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sourceFiles } from './sources.mjs';

/** @type {readonly { pattern: RegExp, says: string, except?: RegExp }[]} */
const rules = [
  { pattern: /\b(?:TODO|FIXME|XXX|HACK)\b/, says: 'work left for later; finish it or file an issue' },
  { pattern: /(?:^|[\s'"`(=])\/(?:work|root|home|Users)\/[\w.-]+/, says: 'path of one machine' },
  {
    pattern: /\b(?:setTimeout|setInterval|pause|sleep)\([^;]*?\b(?:\d[\d_]{2,}|\d+e\d+)\)/,
    says: 'duration without a name; Azure durations are in contracts/timings.ts',
    // The template is the role of a user, who may wait as long as he likes.
    except: /^(contracts\/timings|cli\/service-template)\.ts$/,
  },
  { pattern: /^\s*(?:after|delays):\s*\{\s*['"]?\d/, says: 'machine with a literal delay; durations are in contracts/timings.ts' },
];

/**
 * What the house style forbids and the linter has no rule for.
 *
 * @param {string} root folder of the clone
 * @returns {string[]} one line a violation: `file:line: what`
 */
export function tidyViolations(root) {
  return sourceFiles(root).flatMap((file) => textViolations(root, file));
}

/**
 * @param {string} root
 * @param {string} file
 */
function textViolations(root, file) {
  const lines = readFileSync(join(root, file), 'utf8').split('\n');
  const applicable = rules.filter(({ except }) => !except?.test(file));
  return lines.flatMap((line, index) =>
    applicable.filter(({ pattern }) => pattern.test(line)).map(({ says }) => `${file}:${index + 1}: ${says}`),
  );
}
