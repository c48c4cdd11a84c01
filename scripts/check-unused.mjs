import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { relativePaths } from './check-layers.mjs';
import { entries } from './entries.mjs';
import { filesUnder, sourceFiles } from './sources.mjs';

/**
 * Files that nothing reaches and exports that nothing names. Tests and benchmarks count as uses.
 *
 * @param {string} root folder of the clone
 * @returns {string[]} one line a violation: `file:line: what`
 */
export function unusedViolations(root) {
  const product = sourceFiles(root);
  const users = ['test', 'bench'].flatMap((folder) => filesUnder(root, folder, '.ts'));
  const texts = new Map([...product, ...users].map((file) => [file, readFileSync(join(root, file), 'utf8')]));
  return [...deadFiles(product, users, texts), ...unusedExports(product, texts)];
}

/**
 * A type counts as a use of its file, which the bundles do not show.
 *
 * @param {readonly string[]} product
 * @param {readonly string[]} users
 * @param {ReadonlyMap<string, string>} texts by file
 * @returns {string[]}
 */
function deadFiles(product, users, texts) {
  const pending = [...entries.map(({ source }) => source), ...users];
  const reached = new Set(pending);
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    const from = posix.dirname(file);
    const fresh = relativePaths(texts.get(file) ?? '').flatMap(({ path }) => {
      const target = posix.join(from, path);
      return texts.has(target) && !reached.has(target) ? [target] : [];
    });
    for (const target of fresh) reached.add(target);
    pending.push(...fresh);
  }
  return product.filter((file) => !reached.has(file) && !file.endsWith('.d.ts')).map((file) => `${file}:1: nothing uses this file`);
}

/**
 * Functions, constants and classes only: a signature may need a type to be public that nobody imports. Contracts are a vocabulary, whose
 * parts may be named before somebody speaks them.
 *
 * @param {readonly string[]} product
 * @param {ReadonlyMap<string, string>} texts by file
 * @returns {string[]}
 */
function unusedExports(product, texts) {
  const users = usersOfWords(texts);
  const inner = product.filter((file) => !file.startsWith('contracts/') && !entries.some(({ source }) => source === file));
  return inner.flatMap((file) =>
    exportsOf(texts.get(file) ?? '')
      .filter(({ name }) => [...(users.get(name) ?? [])].every((user) => user === file))
      .map(({ name, line }) => `${file}:${line}: ${name} is exported, but no other file uses it`),
  );
}

/**
 * @param {ReadonlyMap<string, string>} texts by file
 * @returns {Map<string, Set<string>>} the files in which each word occurs
 */
function usersOfWords(texts) {
  /** @type {Map<string, Set<string>>} */
  const users = new Map();
  for (const [file, text] of texts) {
    for (const word of new Set(text.match(/[A-Za-z_$][\w$]*/g))) users.set(word, (users.get(word) ?? new Set()).add(file));
  }
  return users;
}

/**
 * @param {string} text
 * @returns {{ name: string, line: number }[]} line from 1
 */
function exportsOf(text) {
  return text.split('\n').flatMap((content, index) => {
    const name = /^export (?:async )?(?:function\*?|const|let|class|abstract class) ([\w$]+)/.exec(content)?.[1];
    return name ? [{ name, line: index + 1 }] : [];
  });
}
