import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { layers, sourceFiles } from './sources.mjs';

/**
 * What breaks the rule that a folder imports only from rows below it and siblings never import each other.
 *
 * Every string that is a relative path counts as an import. That covers static, dynamic and type imports, `import()` types, re-exports and
 * `require` alike; biome's noRestrictedImports overlooks `import()` types, `require` and template literals.
 *
 * @param {string} root folder of the clone
 * @returns {string[]} one line a violation: `file:line: what`
 */
export function layerViolations(root) {
  return sourceFiles(root).flatMap((file) => {
    const paths = relativePaths(readFileSync(join(root, file), 'utf8'));
    return paths.flatMap(({ path, line }) => {
      const fault = faultOf(file, posix.join(posix.dirname(file), path));
      return fault ? [`${file}:${line}: ${fault}`] : [];
    });
  });
}

/**
 * Every relative path that stands as a string in a source text.
 *
 * @param {string} text
 * @returns {{ path: string, line: number }[]} line from 1
 */
export function relativePaths(text) {
  return text.split('\n').flatMap((content, index) => {
    const matches = content.matchAll(/(['"`])(\.\.?\/[^'"`$]+)\1/g);
    return [...matches].map((match) => ({ path: /** @type {string} */ (match[2]), line: index + 1 }));
  });
}

/**
 * @param {string} file
 * @param {string} target both relative to the root
 * @returns {string | undefined}
 */
function faultOf(file, target) {
  const from = folderOf(file);
  const to = folderOf(target);
  if (from === to) return undefined;
  if (rowOf(to) === -1) return `${from} imports ${target}, which is outside the layers`;
  if (rowOf(from) === rowOf(to)) return `${from} imports its sibling ${to}; what both need lives in contracts`;
  if (rowOf(from) > rowOf(to)) return `${from} imports ${to}, which is above it`;
  return undefined;
}

/** @param {string} path */
function folderOf(path) {
  return path.split('/')[0] ?? '';
}

/** @param {string} folder */
function rowOf(folder) {
  return layers.findIndex((row) => row.includes(folder));
}
