import type { RoleEnvironmentDocument } from '../../contracts/role-environment.ts';
import { writeElementTree } from '../element-tree/write-element-tree.ts';
import { environmentTree } from './environment-tree.ts';

/**
 * The document `C:\Config\<dep>.<dep>.<inst>.RoleEnvironment.<n>.xml` (RP 5).
 *
 * @returns text to be written as UTF-8 without byte order mark: with one every call of the Node client fails (RP 5, R18)
 */
export function writeRoleEnvironment(document: RoleEnvironmentDocument): string {
  return writeElementTree(environmentTree(document));
}
