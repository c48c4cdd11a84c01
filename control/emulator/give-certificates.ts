import fs from 'node:fs';
import path from 'node:path';
import type { ServiceModel } from '../../contracts/service-model.ts';
import type { VmDocument } from '../../contracts/vm-document.ts';
import type { GivenCertificates } from '../../model/certificates/read-certificate-folder.ts';

/**
 * The certificates for a service, from the folder `certificates` beside it: the place to which one uploads them in Azure.
 *
 * Reading them takes the cryptography of Node, which is not loaded for a service that names none.
 *
 * @param servicePath folder of the service, or its package
 */
export async function giveCertificates(servicePath: string, model: ServiceModel): Promise<GivenCertificates> {
  if (model.roles.every(({ certificates }) => certificates.length === 0)) return { certificates: new Map(), notices: [] };
  const { readCertificateFolder } = await import('../../model/certificates/read-certificate-folder.ts');
  return readCertificateFolder(certificateFolder(servicePath));
}

/** A sentence on the certificates that nobody has given, if there are any. */
export function missingTexts(
  servicePath: string,
  vms: readonly Pick<VmDocument, 'certificates' | 'certificatesRequired'>[],
): readonly string[] {
  const missing = vms.flatMap(({ certificates }) =>
    certificates.filter(({ thumbprint, content }) => thumbprint !== '' && content === undefined),
  );
  if (missing.length === 0) return [];
  const names = [...new Set(missing.map(({ name, thumbprint }) => `${name} (${thumbprint})`))].join(', ');
  const fate = vms.some(({ certificatesRequired }) => certificatesRequired)
    ? 'roles that need them cannot start'
    : 'the stores of the guests are without';
  return [`${certificateFolder(servicePath)} has no certificate for ${names}: ${fate}`];
}

function certificateFolder(servicePath: string): string {
  return path.join(fs.statSync(servicePath).isDirectory() ? servicePath : path.dirname(servicePath), 'certificates');
}
