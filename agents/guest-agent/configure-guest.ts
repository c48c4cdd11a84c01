import { lstatSync } from 'node:fs';
import { dirname } from 'node:path';
import type { VmDocument } from '../../contracts/vm-document.ts';
import { accountsKind } from '../../sandbox/accounts/accounts-document.ts';
import { roleUser } from '../../sandbox/accounts/role-user.ts';
import { settleAccounts } from '../../sandbox/accounts/settle-accounts.ts';
import { aclKind, type ProtectedPath } from '../../sandbox/acl/acl-document.ts';
import { agentsAcl } from '../../sandbox/acl/agents-acl.ts';
import { settleAcl } from '../../sandbox/acl/settle-acl.ts';
import { certificatesKind } from '../../sandbox/certificates/certificates-document.ts';
import { layCertificates } from '../../sandbox/certificates/lay-certificates.ts';
import { missingCertificates, requireCertificates } from '../../sandbox/certificates/missing-certificates.ts';
import { settleCertificates } from '../../sandbox/certificates/settle-certificates.ts';
import type { DriveLayout, Place } from '../../sandbox/drive-layout.ts';
import { toHostPath } from '../../sandbox/drive-path.ts';
import { ensureDirectory } from '../../sandbox/ensure-directory.ts';
import { firewallKind } from '../../sandbox/firewall/firewall-document.ts';
import { agentsRules, otherRules, settleFirewall } from '../../sandbox/firewall/settle-firewall.ts';
import { type DocumentKind, type Settled, settleDocument } from '../../sandbox/settle-document.ts';

/** Where the guest agent tells what it does to its guest: AppAgentRuntime.log (AB 7.1). */
export interface ConfigurationStory {
  info(text: string): void;
  /** Something the user should know of too. */
  warn(text: string): void;
}

/**
 * Firewall, role user, certificates and access control lists, as documents on the drives (AB 1.1). What is as it was is not told again.
 *
 * @throws UserError RV3106 when a certificate is missing that the role needs, RV3107, RV3103
 */
export async function configureGuest(vm: VmDocument, layout: DriveLayout, story: ConfigurationStory): Promise<void> {
  requireCertificates(vm);
  configureFirewall(vm, layout, story);
  const accounts = settle(layout.accounts, accountsKind, story, (before) => settleAccounts(before, vm));
  const user = roleUser(vm);
  if (accounts.before?.users.some(({ sid }) => sid === user.sid) !== true) {
    story.info(`Role user ${user.name} is made, ${user.sid}, a member of Users.`);
  }
  await installCertificates(vm, layout, story);
  const { C, roleDrive } = agentsAcl(layout, vm);
  await protectDrive(layout, layout.localDriveAcl, C, story);
  await protectDrive(layout, layout.roleDriveAcl, roleDrive, story);
}

function configureFirewall(vm: VmDocument, layout: DriveLayout, story: ConfigurationStory): void {
  const { before, document } = settle(layout.firewall, firewallKind, story, (former) => settleFirewall(former, vm));
  const [rules, former] = [agentsRules(document), agentsRules(before)];
  if (before !== undefined && rules.join() === former.join()) return;
  const set = rules.length === 0 ? 'the role has no endpoint' : `rules set: ${rules.join(', ')}`;
  const others = otherRules(document);
  const kept = others === 0 ? '' : `; ${others} other rules stay`;
  story.info(`Firewall: ${set}${kept}. Nothing is filtered on this machine's loopback, whatever they say.`);
}

async function installCertificates(vm: VmDocument, layout: DriveLayout, story: ConfigurationStory): Promise<void> {
  // The files go first: the register names none that is not there.
  await layCertificates(layout, vm);
  const { before, document } = settle(layout.certificates, certificatesKind, story, (former) => settleCertificates(former, layout, vm));
  const known = new Set((before?.certificates ?? []).map(({ location, store, thumbprint }) => `${location}\\${store}\\${thumbprint}`));
  for (const { location, store, thumbprint, subject, privateKey } of document.certificates) {
    if (known.has(`${location}\\${store}\\${thumbprint}`)) continue;
    const key = privateKey === 'none' ? 'without a private key' : `private key for ${privateKey}`;
    story.info(`Certificate ${thumbprint} (${subject}) installed in ${location}\\${store}, ${key}.`);
  }
  for (const { name, thumbprint } of missingCertificates(vm)) {
    story.info(`Certificate ${name} (${thumbprint === '' ? 'no thumbprint' : thumbprint}) was not given and is in no store.`);
  }
}

async function protectDrive(layout: DriveLayout, place: Place, set: readonly ProtectedPath[], story: ConfigurationStory): Promise<void> {
  await ensureDirectory(layout.vmRoot, dirname(place.host));
  const drive = place.drive.slice(0, 3);
  const { before } = settle(place, aclKind, story, (former) => settleAcl(former, set, (path) => isThere(layout.vmRoot, drive + path)));
  if (before !== undefined) return;
  const paths = set.map(({ path }) => drive + path).join(', ');
  story.info(`Access control lists set: ${paths}. They bind nobody here, where every process runs as the user of this machine.`);
}

function isThere(vmRoot: string, drivePath: string): boolean {
  try {
    return lstatSync(toHostPath(vmRoot, drivePath), { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

function settle<Document>(
  place: Place,
  kind: DocumentKind<Document>,
  story: ConfigurationStory,
  change: (before: Document | undefined) => Document,
): Settled<Document> {
  const settled = settleDocument(place.host, kind, change);
  if (settled.damage !== undefined) {
    story.warn(`${kind.name} in ${place.drive} could not be read, so it is made anew. ${settled.damage}`);
  }
  return settled;
}
