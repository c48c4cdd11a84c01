import type { RoleKind, RoleModel } from '../../contracts/role-model.ts';
import type { RoleDefinition } from '../../contracts/service-model.ts';

/**
 * The host that plays a role: a web role without sites is hosted web core (PL 3, 2.2).
 *
 * The sites of RoleModel.xml decide, because the definition inside a package lists none (PL 2.1).
 */
export function roleKindOf(kind: RoleDefinition['kind'], model: RoleModel): RoleKind {
  if (kind !== 'WebRole') return 'WorkerRole';
  return model.sites.length > 0 ? 'IISWebRole' : 'HWCWebRole';
}
