import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

interface Locked {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

const path = join(import.meta.dirname, '../../../package-lock.json');
const { packages } = JSON.parse(readFileSync(path, 'utf8')) as { packages: Record<string, Locked> };

test('every package that a locked package asks for is locked too, for other machines as well, or `npm ci` refuses', () => {
  const names = new Set(Object.keys(packages).map((key) => key.replace(/^.*node_modules\//, '')));
  const asked = Object.entries(packages).flatMap(([key, { dependencies, optionalDependencies }]) =>
    Object.keys({ ...dependencies, ...optionalDependencies }).map((name) => ({ name, by: key })),
  );
  expect(asked.filter(({ name }) => !names.has(name))).toEqual([]);
});

test('nothing but koffi is installed with the package: the rest is inside the bundles', () => {
  expect(Object.keys(packages['']?.dependencies ?? {})).toEqual(['koffi']);
});
