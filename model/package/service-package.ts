import type { Readable } from 'node:stream';
import type { Diagnostic } from '../../contracts/diagnostic.ts';
import type { RoleKind, RoleModel } from '../../contracts/role-model.ts';
import type { ServiceModel } from '../../contracts/service-model.ts';

/** A service as the user gave it, before it is known what its definition says. */
export interface ServicePackage {
  /** folder: csdef, cscfg and one folder per role. csx: what CSPack's /copyOnly makes. cspkg: a package, in either format (PL 7, 8). */
  readonly kind: 'folder' | 'csx' | 'cspkg';
  /** Absolute. */
  readonly servicePath: string;
  readonly definition: NamedBytes;
  readonly configuration: NamedBytes;
  /**
   * Reads what every role brings along. VirtualMachineRoles bring nothing and do not come out.
   *
   * @param model the service model read from `definition` and `configuration`
   * @throws UserError (RV1405 and following) for content that cannot stand on a role's drive
   */
  openRoles(model: ServiceModel): Promise<PackagedRoles>;
  /** Lets go of the package file. Roles of a cspkg can be extracted only before. */
  close(): Promise<void>;
}

export interface PackagedRoles {
  /** In the order of the definition. */
  readonly roles: readonly RolePackage[];
  /** SHA-256 over names and content of the definition and of all files, 64 hexadecimal digits. */
  readonly digest: string;
  /** What was left out, and why. */
  readonly notices: readonly Diagnostic[];
}

export interface NamedBytes {
  /** Path as the user would type it; inside a package: `Tally.cspkg/ServiceDefinition.csdef`. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What lies below %RoleRoot% of every instance of a role, apart from base\. */
export interface RolePackage {
  readonly name: string;
  readonly kind: RoleKind;
  readonly model: RoleModel;
  /** RoleModel.xml and __entrypoint.txt included; sorted by path. */
  readonly files: readonly PackageFile[];
}

export interface PackageFile {
  /** Below %RoleRoot%, with forward slashes: `approot/X.dll`. Checked: it cannot leave the drive. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly content: FileContent;
}

export type FileContent =
  | { readonly kind: 'hostFile'; readonly hostPath: string; readonly mode: number }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** Part of a package: reading fails when its bytes are not those that the package's manifest promises. */
  | { readonly kind: 'smallPart'; readonly read: () => Promise<Buffer> }
  | { readonly kind: 'part'; readonly open: () => Promise<Readable> };
