import type { VmDocument } from '../../contracts/vm-document.ts';
import { roleUser } from '../accounts/role-user.ts';
import { sids } from '../accounts/well-known-sids.ts';
import type { DriveLayout, Place } from '../drive-layout.ts';
import type { AccessEntry, ProtectedPath } from './acl-document.ts';

type Owner = Pick<VmDocument, 'deploymentId' | 'instanceId' | 'roleKind' | 'localStorage'>;

/**
 * What the guest agent sets (AB 1.1; the rights are I): the role's user may write where the platform gives it room, and only read its own
 * package and configuration. In web roles NETWORK SERVICE, which runs the application pools, has the rights of the role (PL 5).
 *
 * @returns by drive; paths below it
 */
export function agentsAcl(
  layout: DriveLayout,
  vm: Owner,
): { readonly C: readonly ProtectedPath[]; readonly roleDrive: readonly ProtectedPath[] } {
  const role = [roleUser(vm).sid, ...(vm.roleKind === 'WorkerRole' ? [] : [sids.networkService])];
  const storages = new Map(
    [layout.diagnosticStore, ...vm.localStorage.map(({ name }) => layout.localStorage(name)), layout.roleTemp].map((place) => [
      place.drive.toLowerCase(),
      place,
    ]),
  );
  return {
    C: [
      protect(layout.logs, []),
      protect(layout.config, granted(role, 'R')),
      ...[...storages.values()].map((place) => protect(place, granted(role, 'F'))),
    ],
    roleDrive: [protect(layout.roleRoot, granted(role, 'RX'))],
  };
}

function protect({ drive }: Place, entries: readonly AccessEntry[]): ProtectedPath {
  return { path: drive.slice(3), inherits: false, entries: [...granted([sids.system, sids.administrators], 'F'), ...entries] };
}

function granted(accounts: readonly string[], right: string): AccessEntry[] {
  return accounts.map((sid) => ({ sid, type: 'allow', inheritance: ['OI', 'CI'], rights: [right] }));
}
