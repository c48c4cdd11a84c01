import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { heldFiles, noteModified } from '../../../hosts/worker-host/held-files.ts';
import { loadEntryPoint } from '../../../hosts/worker-host/load-entry-point.ts';

let vmRoot: string;
beforeEach(() => {
  vmRoot = realpathSync(mkdtempSync(join(tmpdir(), 'rolevm-host-')));
});
afterEach(() => rmSync(vmRoot, { recursive: true, force: true }));

/** Writes a file on E: and returns its host path. */
function onE(name: string, content: string | Uint8Array): string {
  const file = join(vmRoot, 'E', 'approot', name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

describe('the module that stands as the DLL', () => {
  it.each([
    ['a CommonJS class', 'module.exports = class { onStart() { return false; } };'],
    ['a CommonJS object', 'module.exports = { onStart: () => false };'],
    ['a default export compiled to CommonJS', 'exports.default = class { onStart() { return false; } };'],
    ['an ES module class', 'export default class { onStart() { return false; } }'],
    ['an ES module object', 'export default { onStart: () => false };'],
    ['an asynchronous method', 'export default { onStart: async () => false };'],
    ['methods that it inherits', 'class Base { onStart() { return false; } }\nexport default class extends Base {}'],
  ])('may be %s', async (_form, text) => {
    expect(await loadEntryPoint(onE('WorkerRole1.dll', text)).onStart()).toBe(false);
  });

  it.each(['WorkerRole1.dll', 'WorkerRole1.dll.js', 'WorkerRole1.dll.cjs', 'WorkerRole1.dll.mjs'])('may be called %s', async (name) => {
    const text = name.endsWith('.cjs') ? 'exports.onStart = () => false;' : 'export default { onStart: () => false };';
    expect(await loadEntryPoint(onE(name, text)).onStart()).toBe(false);
  });

  it("has RoleEntryPoint's own behaviour for what it leaves out: true, a Run without end, nothing", async () => {
    const role = loadEntryPoint(onE('WorkerRole1.dll', 'module.exports = { onStop() { this.stopped = true; } };'));
    expect(role.onStart()).toBe(true);
    const run = role.run();
    expect(await Promise.race([run, new Promise((resolve) => setImmediate(resolve, 'still runs'))])).toBe('still runs');
    expect(loadEntryPoint(onE('Other.dll', 'module.exports = { onStart() {} };')).onStop()).toBeUndefined();
  });

  it('may return nothing from OnStart, which is no refusal', async () => {
    expect((await loadEntryPoint(onE('WorkerRole1.dll', 'module.exports = { onStart: async () => {} };')).onStart()) !== false).toBe(true);
  });

  it('keeps its own `this`', () => {
    const role = loadEntryPoint(onE('WorkerRole1.dll', 'module.exports = class { ready = false; onStart() { return this.ready; } };'));
    expect(role.onStart()).toBe(false);
  });

  it.each([
    ['a .NET assembly', Buffer.from('MZ\u0090\u0000'), 'WorkerRole1.dll is a .NET assembly; rolevm runs roles written in JavaScript'],
    ['nothing', '', 'WorkerRole1.dll has no default export with onStart, run or onStop.'],
    ['a number', 'module.exports = 5;', 'has no default export with onStart, run or onStop.'],
    ['null', 'module.exports = null;', 'has no default export'],
    ['no method of a role', 'export default class { start() {} }', 'has no default export'],
    ['named exports only', 'export const role = 1;', 'has no default export'],
    ['top-level await', 'await 0; export default {};', 'WorkerRole1.dll uses top-level await, which a role'],
  ])('is refused in one sentence when it holds %s', (_what, content, message) => {
    expect(() => loadEntryPoint(onE('WorkerRole1.dll', content))).toThrow(message);
  });

  it('fails with its own error when it throws while it is loaded or made', () => {
    expect(() => loadEntryPoint(onE('A.dll', 'throw new RangeError("mine");'))).toThrow(RangeError);
    expect(() => loadEntryPoint(onE('B.dll', 'module.exports = class { constructor() { throw new RangeError("mine"); } };'))).toThrow(
      'mine',
    );
    expect(() => loadEntryPoint(onE('C.dll', "require('./absent');"))).toThrow("Cannot find module './absent'");
    expect(() => loadEntryPoint(onE('D.dll', 'const = ;'))).toThrow(SyntaxError);
  });

  it('that is not there is said so', () => {
    expect(() => loadEntryPoint(join(vmRoot, 'E', 'approot', 'Absent.dll'))).toThrow('ENOENT');
  });
});

describe('the files that a host holds', () => {
  const namesOf = (held: ReturnType<typeof heldFiles>) => held.map(({ file }) => file);

  it('carry the time of the version that was loaded, whatever is copied over it later', () => {
    const file = onE('WorkerRole1.dll', '');
    const modified = new Map<string, number>();
    utimesSync(file, 1_000, 1_000);
    noteModified(modified, file);
    utimesSync(file, 2_000, 2_000);
    expect(heldFiles(vmRoot, entryPointOf(file), modified)).toEqual([{ file: 'E:\\approot\\WorkerRole1.dll', mtimeMs: 1_000_000 }]);
  });

  const entryPointOf = (file: string) => ({ kind: 'NetFxEntryPoint', file }) as const;

  it('are the DLL and what it has loaded, by drive path', () => {
    onE('bin/Helper.dll', 'exports.help = 1;');
    const file = onE('WorkerRole1.dll', "require('./bin/Helper.dll'); exports.onStart = () => true;");
    loadEntryPoint(file);
    expect(namesOf(heldFiles(vmRoot, entryPointOf(file))).sort()).toEqual(['E:\\approot\\WorkerRole1.dll', 'E:\\approot\\bin\\Helper.dll']);
  });

  it('do not include JavaScript dependencies, which Windows does not lock either', () => {
    onE('lib.js', 'exports.help = 1;');
    const file = onE('WorkerRole1.dll', "require('./lib.js'); exports.onStart = () => true;");
    loadEntryPoint(file);
    expect(namesOf(heldFiles(vmRoot, entryPointOf(file)))).toEqual(['E:\\approot\\WorkerRole1.dll']);
  });

  it('include the DLL when it is an ES module', () => {
    const file = onE('WorkerRole1.dll', 'export default { onStart: () => true };');
    loadEntryPoint(file);
    expect(namesOf(heldFiles(vmRoot, entryPointOf(file)))).toEqual(['E:\\approot\\WorkerRole1.dll']);
  });

  it('are none outside of the drives, of a program, or before the entry point is known', () => {
    expect(heldFiles(join(vmRoot, 'another'), entryPointOf(onE('WorkerRole1.dll', '')))).toEqual([]);
    expect(heldFiles(vmRoot, { kind: 'ProgramEntryPoint', commandLine: 'x.exe', cwd: 'E:\\approot' })).toEqual([]);
    expect(heldFiles(vmRoot, undefined)).toEqual([]);
  });
});
