import { UserError } from '../../contracts/diagnostic.ts';
import type { EntryPointModel } from '../../contracts/role-model.ts';
import type { WebRole, WorkerRole } from '../../contracts/service-model.ts';
import { quote } from '../quote.ts';
import { drivePath } from './drive-path.ts';

/** A DLL, or the module that stands as one under its full name and an extension of its own. */
const assemblyFile = /^([^/]+\.dll)(?:\.(?:js|mjs|cjs))?$/i;

/** Of the runtime that hosts the role, not of the project (PL 3). */
const targetFrameworkVersion = 'v4.0';

/**
 * The entry point of a role. Nobody names the DLL in the definition (SM 4.6): it is the one called like the role, else the only one there.
 *
 * @param files of the role folder, with forward slashes: a worker's DLL lies at the top, a web role's in bin (PL 6)
 * @returns undefined for a web role without a DLL
 * @throws UserError RV1406 when there is none and there has to be, RV1407 when several could be meant
 */
export function findEntryPoint(role: WebRole | WorkerRole, files: readonly string[]): EntryPointModel | undefined {
  const stated = role.runtime?.entryPoint;
  if (stated?.kind === 'ProgramEntryPoint') {
    return { kind: stated.kind, commandLine: stated.commandLine, setReadyOnProcessStart: stated.setReadyOnProcessStart };
  }
  const assemblies = assembliesIn(files, role.kind === 'WebRole' ? 'bin/' : '');
  if (stated !== undefined) {
    const version = stated.targetFrameworkVersion ?? targetFrameworkVersion;
    return netFxEntryPoint(statedAssembly(role, stated.assemblyName, assemblies), version);
  }
  const assembly = namedLike(assemblies, `${role.name}.dll`) ?? onlyOne(role, assemblies);
  return assembly === undefined ? undefined : netFxEntryPoint(assembly, targetFrameworkVersion);
}

function assembliesIn(files: readonly string[], folder: string): readonly string[] {
  const names = files
    .filter((path) => path.toLowerCase().startsWith(folder))
    .map((path) => assemblyFile.exec(path.slice(folder.length))?.[1])
    .filter((name) => name !== undefined);
  return [...new Map(names.map((name) => [name.toLowerCase(), name])).values()];
}

function namedLike(assemblies: readonly string[], wanted: string): string | undefined {
  return assemblies.find((name) => name.toLowerCase() === wanted.toLowerCase());
}

function statedAssembly(role: WebRole | WorkerRole, stated: string, assemblies: readonly string[]): string {
  const found = namedLike(assemblies, drivePath(stated));
  if (found !== undefined) return found;
  throw new UserError(
    'RV1406',
    `The entry point ${quote(stated)} of role ${quote(role.name)} is not in ${placeOf(role)}.`,
    `Put the module there as ${stated} or ${stated}.js, or correct NetFxEntryPoint/@assemblyName.`,
  );
}

function onlyOne(role: WebRole | WorkerRole, assemblies: readonly string[]): string | undefined {
  if (assemblies.length > 1) {
    throw new UserError(
      'RV1407',
      `Role ${quote(role.name)} has several DLLs and none is called ${role.name}.dll: ${assemblies.slice(0, 5).join(', ')}.`,
      `Call the entry point ${role.name}.dll, or name it in Runtime/EntryPoint/NetFxEntryPoint/@assemblyName.`,
    );
  }
  if (assemblies.length === 0 && role.kind === 'WorkerRole') {
    throw new UserError(
      'RV1406',
      `Role ${quote(role.name)} has nothing to run: there is no DLL in ${placeOf(role)} and no ProgramEntryPoint in the definition.`,
      `Add a module as ${role.name}.dll whose default export extends RoleEntryPoint, or state a ProgramEntryPoint.`,
    );
  }
  return assemblies[0];
}

function placeOf(role: WebRole | WorkerRole): string {
  return role.kind === 'WebRole' ? 'the folder bin of its role folder' : 'its role folder';
}

function netFxEntryPoint(assemblyName: string, version: string): EntryPointModel {
  return { kind: 'NetFxEntryPoint', assemblyName, targetFrameworkVersion: version };
}
