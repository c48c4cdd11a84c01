import { type Diagnostic, UserError } from '../../contracts/diagnostic.ts';
import type { RoleModel } from '../../contracts/role-model.ts';
import type { ServiceRole } from '../../contracts/service-model.ts';
import { quote } from '../quote.ts';
import { readRoleModel } from '../role-model/read-role-model.ts';
import { createDriveTree } from './drive-tree.ts';
import { roleKindOf } from './role-kind.ts';
import type { FileContent, PackageFile, RolePackage } from './service-package.ts';

/** RoleModel.xml has some KB; the reader takes no more than this. */
export const roleModelBytes = 4_194_304;

/** A file of a role as a packager left it. */
export interface PackedFile {
  /** Below the role folder, with slashes of either kind. */
  readonly name: string;
  readonly size: number;
  readonly content: FileContent;
}

export interface PackagedRole {
  readonly role: RolePackage;
  readonly notices: readonly Diagnostic[];
}

/**
 * A role as CSPack made it: taken as it is, apart from base\, the SDK's own programs, whose place rolevm's take (PL 6).
 *
 * @param origin of the role, for messages
 * @param readText gives the text of RoleModel.xml
 * @throws UserError RV1421, RV1422 for names, RV1434 for RoleModel.xml
 */
export async function packagedRole<File extends PackedFile>(
  { name, kind }: ServiceRole,
  origin: string,
  packed: readonly File[],
  readText: (file: File) => Promise<string>,
): Promise<PackagedRole> {
  const tree = createDriveTree();
  const files = packed.map((file): PackageFile => ({ path: tree.add(file.name), size: file.size, content: file.content }));
  const kept = files.filter((file) => !file.path.toLowerCase().startsWith('base/'));
  const roleModelIndex = files.findIndex((file) => file.path.toLowerCase() === 'rolemodel.xml');
  const roleModelFile = packed[roleModelIndex];
  if (roleModelFile === undefined) throw unreadable(origin, 'it is missing');
  if (roleModelFile.size > roleModelBytes) throw unreadable(origin, `it is larger than ${roleModelBytes} bytes`);
  const model = modelOf(await readText(roleModelFile), origin);
  const left = files.length - kept.length;
  return {
    role: { name, kind: roleKindOf(kind, model), model, files: kept },
    notices: left === 0 ? [] : [baseLeftOut(name, origin, left)],
  };
}

function modelOf(text: string, origin: string): RoleModel {
  try {
    return readRoleModel(text);
  } catch (error) {
    throw unreadable(origin, error instanceof Error ? error.message : String(error));
  }
}

function unreadable(origin: string, reason: string): UserError {
  return new UserError('RV1434', `RoleModel.xml of ${quote(origin)} cannot be used: ${reason}.`, 'Pack the service again.');
}

function baseLeftOut(name: string, origin: string, files: number): Diagnostic {
  return {
    code: 'RV1435',
    severity: 'info',
    message: `The ${files} files in base\\ of role ${quote(name)} are left out: rolevm has programs of its own in their place.`,
    file: origin,
  };
}
