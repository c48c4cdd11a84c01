import { UserError } from '../../contracts/diagnostic.ts';
import type { CertificateConfig, VmDocument } from '../../contracts/vm-document.ts';

/** The certificates that the configuration names and nobody has given. */
export function missingCertificates({ certificates }: Pick<VmDocument, 'certificates'>): readonly CertificateConfig[] {
  return certificates.filter(({ content }) => content === undefined);
}

/**
 * A role without one of its certificates cannot be created (AB 3.1), where that is wanted.
 *
 * @throws UserError RV3106 naming them
 */
export function requireCertificates(vm: Pick<VmDocument, 'certificates' | 'certificatesRequired'>): void {
  const missing = missingCertificates(vm);
  if (!vm.certificatesRequired || missing.length === 0) return;
  throw new UserError(
    'RV3106',
    `${missing.map(certificateText).join(' and ')} missing: the role cannot be created without.`,
    'Put the .pfx into the folder certificates beside the service, and start the emulator anew.',
  );
}

/** `Certificate Front (0123…) is`. */
function certificateText({ name, thumbprint }: CertificateConfig, index: number): string {
  return `${index === 0 ? 'Certificate' : 'certificate'} ${name} (${thumbprint === '' ? 'no thumbprint' : thumbprint}) is`;
}
