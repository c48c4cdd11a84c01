import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { layerViolations } from '../../../scripts/check-layers.mjs';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rolevm-layers-'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

test.each([
  ['static import', "import { a } from '../fabric/a.ts';"],
  ['import for its effect', "import '../fabric/a.ts';"],
  ['type import', "import type { A } from '../fabric/a.ts';"],
  ['inline type import', "import { type A } from '../fabric/a.ts';"],
  ['import split over lines', "import {\n  a,\n} from '../fabric/a.ts';"],
  ['dynamic import', "const a = await import('../fabric/a.ts');"],
  ['dynamic import of a template', 'const a = await import(`../fabric/a.ts`);'],
  ['import type expression', "type A = import('../fabric/a.ts').A;"],
  ['typeof import', "type A = typeof import('../fabric/a.ts');"],
  ['re-export', "export { a } from '../fabric/a.ts';"],
  ['re-export of everything', "export * from '../fabric/a.ts';"],
  ['re-export of a type', "export type { A } from '../fabric/a.ts';"],
  ['require', "const a = require('../fabric/a.ts');"],
  ['import assignment', "import a = require('../fabric/a.ts');"],
  ['path without extension', "import { a } from '../fabric/a';"],
  ['path with a detour', 'import { a } from "./../kernel/../fabric/a.ts";'],
])('an import from a row above is refused: %s', (_form, text) => {
  write('kernel/probe.ts', `${text}\n`);
  expect(layerViolations(root)).toEqual([expect.stringMatching(/^kernel\/probe\.ts:\d: kernel imports fabric, which is above it$/)]);
});

test.each([
  ['agents/guest-agent/probe.ts', '../../bootstrapper/main.ts', 'sibling bootstrapper'],
  ['hosts/worker-host/probe.ts', '../../agents/vm/vm.ts', 'sibling agents'],
  ['model/probe.ts', '../sandbox/drive.ts', 'sibling sandbox'],
  ['runtime/probe.ts', '../model/read.ts', 'sibling model'],
  ['cli/probe.ts', '../portal/page.ts', 'sibling portal'],
])('%s may not import %s', (file, target, fault) => {
  write(file, `import { a } from '${target}';\n`);
  expect(layerViolations(root)).toEqual([expect.stringContaining(fault)]);
});

test.each(['../test/unit/helper.ts', '../scripts/build.mjs', '../bench/start.ts', '../../elsewhere/a.ts'])(
  'the product imports nothing from outside the layers: %s',
  (target) => {
    write('cli/probe.ts', `import { a } from '${target}';\n`);
    expect(layerViolations(root)).toEqual([expect.stringContaining('outside the layers')]);
  },
);

test.each([
  ['cli/probe.ts', '../rehearsal/patch.ts'],
  ['cli/commands/probe.ts', '../../contracts/deployment.ts'],
  ['agents/guest-agent/probe.ts', '../vm/vm.ts'],
  ['agents/guest-agent/probe.ts', '../../sandbox/drive.ts'],
  ['kernel/probe.ts', '../logs/open-log.ts'],
])('%s may import %s', (file, target) => {
  write(file, `import { a } from '${target}';\n`);
  expect(layerViolations(root)).toEqual([]);
});
