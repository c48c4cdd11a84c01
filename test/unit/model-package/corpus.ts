import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const corpusFolder = resolve(import.meta.dirname, '../../../../shared/corpus/service-models');
export const corpusMissing = !existsSync(corpusFolder);

/** Every file of that name in the corpus, relative to it, sorted; none when the corpus is not there. */
export function corpusFiles(name: string): readonly string[] {
  if (corpusMissing) return [];
  const found = readdirSync(corpusFolder, { recursive: true, encoding: 'utf8' });
  return found.filter((path) => path.endsWith(`/${name}`)).sort();
}

export function corpusPath(...parts: readonly string[]): string {
  return join(corpusFolder, ...parts);
}
