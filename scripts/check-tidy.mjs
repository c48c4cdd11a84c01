import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { relativePaths } from './check-layers.mjs';
import { entries } from './entries.mjs';
import { filesUnder, sourceFiles } from './sources.mjs';

/** @type {readonly { pattern: RegExp, says: string, except?: RegExp }[]} */
const rules = [
  { pattern: /\b(?:TODO|FIXME|XXX|HACK)\b/, says: 'work left for later; finish it or file an issue' },
  { pattern: /(?:^|[\s'"`(=])\/(?:work|root|home|Users)\/[\w.-]+/, says: 'path of one machine' },
  {
    pattern: /\b(?:setTimeout|setInterval|pause|sleep)\([^;]*?\b(?:\d[\d_]{2,}|\d+e\d+)\)/,
    says: 'duration without a name; Azure durations are in contracts/timings.ts',
    except: /^contracts\/timings\.ts$/,
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
  return [...sourceFiles(root).flatMap((file) => textViolations(root, file)), ...deadFiles(root)];
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

/**
 * Files of the product that no process, test or benchmark reaches. A type counts as a use, which bundles do not show.
 *
 * @param {string} root
 * @returns {string[]}
 */
function deadFiles(root) {
  const users = ['test', 'bench'].flatMap((folder) => filesUnder(root, folder, '.ts'));
  const pending = [...entries.map(({ source }) => source), ...users].filter((file) => existsSync(join(root, file)));
  const reached = new Set(pending);
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    for (const { path } of relativePaths(readFileSync(join(root, file), 'utf8'))) {
      const target = posix.join(posix.dirname(file), path);
      if (!path.endsWith('.ts') || reached.has(target) || !existsSync(join(root, target))) continue;
      reached.add(target);
      pending.push(target);
    }
  }
  return sourceFiles(root)
    .filter((file) => !reached.has(file) && !file.endsWith('.d.ts'))
    .map((file) => `${file}:1: nothing uses this file`);
}
