import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { UserError } from '../../contracts/diagnostic.ts';
import type { SiteModel } from '../../contracts/role-model.ts';
import type { PluginModule, Site, WebRole, WorkerRole } from '../../contracts/service-model.ts';
import { quote } from '../quote.ts';
import { writeRoleModel } from '../role-model/write-role-model.ts';
import type { Budget } from './budget.ts';
import { createDriveTree, type DriveTree } from './drive-tree.ts';
import { findEntryPoint } from './find-entry-point.ts';
import { childFolder, findFolder } from './find-folder.ts';
import { entryPointFile, packRoleModel } from './pack-role-model.ts';
import { roleKindOf } from './role-kind.ts';
import type { PackageFile, RolePackage } from './service-package.ts';
import { type HostFile, walkFolder } from './walk-folder.ts';

interface PackedSite {
  readonly model: SiteModel;
  readonly files: readonly PackageFile[];
}

/**
 * Packs one role as CSPack does (PL 6): its folder becomes approot, a site of another folder becomes sitesroot\<n>,
 * the folder of an imported module plugins\<Module>, RoleModel.xml and __entrypoint.txt are made.
 *
 * @param definitionPath absolute path of the csdef, which folders of sites are relative to (SM 4.7)
 * @param modules in the order of the Import elements
 * @throws UserError RV1405 to RV1408 and RV1421 to RV1426
 */
export async function packRole(
  definitionPath: string,
  role: WebRole | WorkerRole,
  modules: readonly PluginModule[],
  budget: Budget,
): Promise<RolePackage> {
  const service = dirname(definitionPath);
  const folder = roleFolder(service, role);
  const hostFiles = await walkFolder(folder, budget);
  const tree = createDriveTree();
  const approot = place(tree, 'approot', hostFiles);
  const entryPoint = findEntryPoint(
    role,
    hostFiles.map((file) => file.path),
  );
  const sites = await packSites(service, folder, role, tree, budget);
  const plugins = await packPlugins(modules, tree, budget);
  const model = packRoleModel(
    role,
    modules,
    entryPoint,
    sites.map((site) => site.model),
  );
  const entryPointText = entryPointFile(role, entryPoint);
  const files = [
    ...approot,
    ...sites.flatMap((site) => site.files),
    ...plugins,
    textFile(tree, 'RoleModel.xml', `\uFEFF${writeRoleModel(model)}`),
    ...(entryPointText === undefined ? [] : [textFile(tree, '__entrypoint.txt', entryPointText)]),
  ];
  return { name: role.name, kind: roleKindOf(role.kind, model), model, files };
}

function roleFolder(service: string, role: WebRole | WorkerRole): string {
  const folder = childFolder(service, role.name);
  if (folder !== undefined) return folder;
  throw new UserError(
    'RV1405',
    `There is no folder for role ${quote(role.name)} in ${quote(service)}.`,
    'Put what the role consists of into a folder of its name beside the service definition.',
  );
}

/** A module that rolevm brings along has no folder: its programs are laid on the drive with the host's. */
async function packPlugins(modules: readonly PluginModule[], tree: DriveTree, budget: Budget): Promise<readonly PackageFile[]> {
  const files: PackageFile[] = [];
  for (const { moduleName, file } of modules) {
    if (file !== undefined) files.push(...place(tree, `plugins/${moduleName}`, await walkFolder(dirname(file), budget)));
  }
  return files;
}

function place(tree: DriveTree, folder: string, files: readonly HostFile[]): readonly PackageFile[] {
  return files.map(({ path, hostPath, size, mode }) => ({
    path: tree.add(`${folder}/${path}`),
    size,
    content: { kind: 'hostFile', hostPath, mode },
  }));
}

async function packSites(
  service: string,
  folder: string,
  role: WebRole | WorkerRole,
  tree: DriveTree,
  budget: Budget,
): Promise<readonly PackedSite[]> {
  if (role.kind !== 'WebRole') return [];
  const packed: PackedSite[] = [];
  for (const [index, site] of role.sites.entries()) {
    const siteFolder = site.physicalDirectory === undefined ? folder : physicalDirectory(service, site, site.physicalDirectory);
    const own = realpathSync(siteFolder) === realpathSync(folder);
    const files = own ? [] : place(tree, `sitesroot/${index}`, await walkFolder(siteFolder, budget));
    packed.push({ model: siteModel(site, own ? 'approot' : `sitesroot\\${index}`), files });
  }
  return packed;
}

function physicalDirectory(service: string, site: Site, stated: string): string {
  const folder = findFolder(service, stated);
  if (folder !== undefined) return folder;
  throw new UserError(
    'RV1408',
    `Cannot find the physical directory ${quote(stated)} of site ${quote(site.name)}.`,
    'Correct Site/@physicalDirectory: a relative path starts at the folder of the service definition.',
  );
}

function siteModel(site: Site, folder: string): SiteModel {
  return {
    name: site.name,
    physicalDirectory: folder,
    bindings: site.bindings.map(({ name, endpointName, hostHeader }) => ({
      name,
      endpointName,
      ...(hostHeader === undefined ? {} : { hostHeader }),
    })),
  };
}

function textFile(tree: DriveTree, name: string, text: string): PackageFile {
  const bytes = Buffer.from(text);
  return { path: tree.add(name), size: bytes.length, content: { kind: 'bytes', bytes } };
}
