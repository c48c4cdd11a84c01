import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** The three methods of a role, whichever the module has. */
export interface EntryPoint {
  onStart(): boolean | Promise<boolean>;
  run(): void | Promise<void>;
  onStop(): void | Promise<void>;
}

/**
 * Loads the module that stands as the role's DLL and makes its entry point.
 *
 * @param file host path of the module
 * @returns the entry point, with RoleEntryPoint's own behaviour for methods it leaves out (AB 3.2)
 * @throws Error with one sentence a user understands: a real .NET assembly, top-level await, no class inside; errors of the module itself as they are
 */
export function loadEntryPoint(file: string): EntryPoint {
  refuseAssembly(file);
  const exported = requireModule(file);
  const candidate = defaultExport(exported);
  const instance = typeof candidate === 'function' ? new (candidate as new () => unknown)() : candidate;
  if (typeof instance !== 'object' || instance === null) throw new Error(noEntryPoint(file));
  const methods = instance as Partial<EntryPoint>;
  if (![methods.onStart, methods.run, methods.onStop].some((method) => typeof method === 'function')) throw new Error(noEntryPoint(file));
  return {
    onStart: () => methods.onStart?.() ?? true,
    run: () => (methods.run ? methods.run() : new Promise(() => {})),
    onStop: () => methods.onStop?.(),
  };
}

function refuseAssembly(file: string): void {
  const head = Buffer.alloc(2);
  const fd = fs.openSync(file, 'r');
  try {
    fs.readSync(fd, head, 0, 2, 0);
  } finally {
    fs.closeSync(fd);
  }
  if (head.toString('latin1') === 'MZ') {
    throw new Error(
      `${path.basename(file)} is a .NET assembly; rolevm runs roles written in JavaScript: put a JavaScript module of that name in its place.`,
    );
  }
}

function requireModule(file: string): unknown {
  try {
    return createRequire(file)(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_REQUIRE_ASYNC_MODULE') {
      throw new Error(`${path.basename(file)} uses top-level await, which a role's module cannot: move it into onStart.`);
    }
    throw error;
  }
}

function defaultExport(exported: unknown): unknown {
  if (typeof exported === 'object' && exported !== null && 'default' in exported) return exported.default;
  return exported;
}

function noEntryPoint(file: string): string {
  return `Unable to load the role entry point: ${path.basename(file)} has no default export with onStart, run or onStop.`;
}
