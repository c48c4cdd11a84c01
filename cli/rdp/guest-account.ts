import fs from 'node:fs';
import type { InstanceEntry } from '../../contracts/control-api.ts';
import { UserError } from '../../contracts/diagnostic.ts';
import type { InstanceStatus } from '../../contracts/instance-status.ts';
import type { VmDocument } from '../../contracts/vm-document.ts';
import { remoteAccessNamespace, remoteAccessOf } from '../../model/modules/remote-access-settings.ts';
import { readRoleModel } from '../../model/role-model/read-role-model.ts';
import type { DriveLayout } from '../../sandbox/drive-layout.ts';

/** In these the VM is on and its Windows has started, whatever its role does. */
const signInStates: readonly InstanceStatus[] = [
  'CreatingRole',
  'StartingRole',
  'BusyRole',
  'ReadyRole',
  'StoppingRole',
  'RestartingRole',
  'CyclingRole',
  'FailedStartingRole',
  'UnresponsiveRole',
];

export function takesSignIns(state: InstanceStatus): boolean {
  return signInStates.includes(state);
}

/**
 * The account of the guest that a user may sign in with, as in Azure: RemoteAccess has to be imported, enabled and not expired.
 *
 * @param now wall-clock milliseconds since 1970
 * @returns its name
 * @throws UserError RV6601 not imported, RV6602 disabled, RV6603 expired, RV6604 settings that give no account
 */
export function guestAccount(vm: VmDocument, layout: DriveLayout, now: number): string {
  if (!importsRemoteAccess(layout)) {
    throw new UserError(
      'RV6601',
      `role ${vm.roleName} does not import RemoteAccess, so nobody can sign in to ${vm.instanceId}`,
      `add <Imports><Import moduleName="RemoteAccess" /></Imports> to the role in the .csdef, and to the .cscfg the settings ${remoteAccessNamespace}.Enabled, .AccountUsername, .AccountEncryptedPassword, .AccountExpiration and the certificate ${remoteAccessNamespace}.PasswordEncryption`,
    );
  }
  const access = remoteAccessOf(vm.settings, now);
  if (access.allowed) return access.userName;
  throw new UserError(codes[access.why], `nobody can sign in to ${vm.instanceId}: ${access.reason}`, access.mend);
}

const codes = { disabled: 'RV6602', expired: 'RV6603', invalid: 'RV6604' } as const;

/** @throws UserError RV6605 while the VM is off or its Windows has not started */
export function requireSignIn({
  name,
  state,
  details,
  platformFault,
}: Pick<InstanceEntry, 'name' | 'state' | 'details' | 'platformFault'>): void {
  if (takesSignIns(state)) return;
  const said = details === '' ? '' : ` (${details})`;
  throw new UserError(
    'RV6605',
    `the VM of ${name} takes no sign-ins: it is ${state}${said}`,
    platformFault ?? `wait for it: rolevm wait --instance ${name}; rolevm status shows the state`,
  );
}

/** What the drive says counts: the package may be another than the one that lies in the service's folder now. */
function importsRemoteAccess(layout: DriveLayout): boolean {
  try {
    const { pluginSettings } = readRoleModel(fs.readFileSync(layout.roleModel.host, 'utf8'));
    return pluginSettings.some(({ nameSpace }) => nameSpace === remoteAccessNamespace);
  } catch {
    return false;
  }
}
