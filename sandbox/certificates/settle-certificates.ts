import type { CertificateConfig, VmDocument } from '../../contracts/vm-document.ts';
import type { DriveLayout } from '../drive-layout.ts';
import type { CertificatesDocument, StoredCertificate } from './certificates-document.ts';

type Owner = Pick<VmDocument, 'certificates'>;

/** A certificate of the configuration with what the user has given for its thumbprint. */
type Given = CertificateConfig & { readonly content: NonNullable<CertificateConfig['content']> };

/**
 * The stores with the certificates of the role in them (AB 1.1). Those of others stay, and so do those that an earlier configuration has
 * named: only a new Windows is without them (I).
 *
 * @param before as they were, undefined in a new Windows
 */
export function settleCertificates(before: CertificatesDocument | undefined, layout: DriveLayout, vm: Owner): CertificatesDocument {
  const own = new Map(givenCertificates(vm).map((certificate) => [placeOf(stored(layout, certificate)), stored(layout, certificate)]));
  const others = (before?.certificates ?? []).filter((certificate) => !own.has(placeOf(certificate)));
  return { certificates: [...others, ...own.values()] };
}

export function givenCertificates({ certificates }: Owner): readonly Given[] {
  return certificates.flatMap((certificate) =>
    certificate.content === undefined ? [] : [{ ...certificate, content: certificate.content }],
  );
}

/** A store has a certificate once; names of stores are the same in any case (W). */
function placeOf({ location, store, thumbprint }: StoredCertificate): string {
  return `${location}\\${store.toLowerCase()}\\${thumbprint}`;
}

function stored(layout: DriveLayout, { storeLocation, storeName, permissionLevel, content }: Given): StoredCertificate {
  const { thumbprint, subject, issuer, serialNumber, notBefore, notAfter, key } = content;
  const file = (kind: 'cer' | 'pfx' | 'key' | 'password') => layout.certificateFile(thumbprint, kind).drive;
  return {
    location: storeLocation === 'CurrentUser' ? 'CurrentUser' : 'LocalMachine',
    store: storeName,
    thumbprint,
    subject,
    issuer,
    serialNumber,
    notBefore,
    notAfter,
    privateKey: key === undefined ? 'none' : permissionLevel,
    files: {
      certificate: file('cer'),
      ...(key === undefined ? {} : { key: file(key.kind === 'pfx' ? 'pfx' : 'key') }),
      ...(key?.passwordFile === undefined ? {} : { password: file('password') }),
    },
  };
}
