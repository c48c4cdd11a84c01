import type { VmDocument } from '../../../contracts/vm-document.ts';
import type { FileContent } from '../../../model/package/service-package.ts';
import { settleAccounts } from '../../../sandbox/accounts/settle-accounts.ts';
import { agentsAcl } from '../../../sandbox/acl/agents-acl.ts';
import { settleAcl } from '../../../sandbox/acl/settle-acl.ts';
import { certificateFiles } from '../../../sandbox/certificates/lay-certificates.ts';
import { settleCertificates } from '../../../sandbox/certificates/settle-certificates.ts';
import type { DriveLayout, Place } from '../../../sandbox/drive-layout.ts';
import { settleFirewall } from '../../../sandbox/firewall/settle-firewall.ts';
import { documentText } from '../../../sandbox/settle-document.ts';

interface ConfiguredFile {
  /** Below the drive, with forward slashes. */
  readonly path: string;
  readonly content: FileContent;
  readonly byAgent: true;
}

/**
 * What the guest agent lays on drives that were made anew. A document that has more in it by now, a rule that somebody has added to the
 * firewall, is not the same any more: that is what the event takes away.
 */
export function configuredFiles(vm: VmDocument, layout: DriveLayout): Readonly<Record<'C' | 'D' | 'roleDrive', readonly ConfiguredFile[]>> {
  const acl = agentsAcl(layout, vm);
  return {
    C: [document(layout.localDriveAcl, settleAcl(undefined, acl.C))],
    D: [
      document(layout.firewall, settleFirewall(undefined, vm)),
      document(layout.accounts, settleAccounts(undefined, vm)),
      document(layout.certificates, settleCertificates(undefined, layout, vm)),
      ...certificateFiles(layout, vm).map(({ place, content }) =>
        typeof content === 'string'
          ? file(place, bytes(content))
          : file(place, { kind: 'hostFile', hostPath: content.source, mode: 0o600 }),
      ),
    ],
    roleDrive: [document(layout.roleDriveAcl, settleAcl(undefined, acl.roleDrive))],
  };
}

function document(place: Place, content: unknown): ConfiguredFile {
  return file(place, bytes(documentText(content)));
}

function file({ drive }: Place, content: FileContent): ConfiguredFile {
  return { path: drive.slice(3).replaceAll('\\', '/'), content, byAgent: true };
}

function bytes(text: string): FileContent {
  return { kind: 'bytes', bytes: Buffer.from(text) };
}
