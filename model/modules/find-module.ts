import { join } from 'node:path';
import type { PluginModule } from '../../contracts/service-definition.ts';
import { DiagnosticList } from '../diagnostic-list.ts';
import { findFolder, namesIn } from '../package/find-folder.ts';
import { readModuleDocument } from '../read-document.ts';
import { isFolderName } from '../rules/folder-name.ts';
import { builtInModule } from './built-in-modules.ts';

/** Finds what an Import names. Each module is read once. */
export type ModuleFinder = (moduleName: string) => PluginModule | undefined;

/**
 * Modules of the user's folders come first, the descriptions that rolevm brings along second (SM 6).
 *
 * @param folders that hold `<Module>/<Module>.csplugin`, as the SDK's folder `bin\plugins` does
 * @param findings receives what is wrong with a .csplugin file
 */
export function createModuleFinder(folders: readonly string[], findings: DiagnosticList, incomplete: WeakSet<object>): ModuleFinder {
  const known = new Map<string, PluginModule | undefined>();
  return (moduleName) => {
    if (!known.has(moduleName)) {
      const file = findModuleFile(folders, moduleName);
      known.set(moduleName, file === undefined ? readBuiltIn(moduleName) : readModule(moduleName, file, findings, incomplete));
    }
    return known.get(moduleName);
  };
}

function findModuleFile(folders: readonly string[], moduleName: string): string | undefined {
  if (!isFolderName(moduleName)) return undefined;
  const wanted = `${moduleName}.csplugin`.toLowerCase();
  for (const base of folders) {
    const folder = findFolder(base, moduleName);
    if (folder === undefined) continue;
    const name = namesIn(folder).find((entry) => entry.toLowerCase() === wanted);
    if (name !== undefined) return join(folder, name);
  }
  return undefined;
}

function readModule(moduleName: string, file: string, findings: DiagnosticList, incomplete: WeakSet<object>): PluginModule | undefined {
  const read = readModuleDocument(file, findings, incomplete);
  return read && { ...read.value, moduleName, file, optionalSettings: [] };
}

function readBuiltIn(moduleName: string): PluginModule | undefined {
  const description = builtInModule(moduleName);
  if (description === undefined) return undefined;
  const source = { name: `${moduleName}.csplugin`, bytes: Buffer.from(description.xml) };
  const read = readModuleDocument(source, new DiagnosticList(), new WeakSet());
  return read && { ...read.value, moduleName, optionalSettings: description.optionalSettings };
}
