import type { RoleKind } from './role-model.ts';
import type { Timings } from './timings.ts';

/** Letter of the drive that holds the role: E: at first, the other one after each in-place upgrade (AB 6.1). */
export type RoleDriveLetter = 'E' | 'F';

export type DriveLetter = 'C' | 'D' | RoleDriveLetter;

/**
 * `vm.json` in the folder of a VM: what the host agent hands to the processes of its guest (PL 10).
 * Written atomically by the host agent before power-on; every process of the VM reads it, none writes it.
 */
export interface VmDocument {
  readonly instanceId: string;
  readonly roleName: string;
  readonly roleKind: RoleKind;
  /** 32 hexadecimal digits. */
  readonly deploymentId: string;
  readonly serviceName: string;
  readonly updateDomain: number;
  readonly faultDomain: number;
  /** RD and the last digits of a MAC address, as Azure names its machines (AB 7.3). */
  readonly machineName: string;
  readonly roleDrive: RoleDriveLetter;
  /** The clock of this VM runs so many times faster than Azure's. */
  readonly speed: number;
  /** Azure milliseconds. */
  readonly timings: Timings;
  readonly localStorage: readonly LocalStorageConfig[];
  /** Megabytes that RoleTemp may hold (K16). */
  readonly roleTempInMB: number;
  /** Where its guest agent answers the load balancer's default probe (AB 1.1); `path` names the instance, so that nobody else can answer for it. */
  readonly defaultProbe: { readonly address: string; readonly port: number; readonly path: string };
  readonly settings: readonly { readonly name: string; readonly value: string }[];
  readonly endpoints: readonly EndpointConfig[];
  readonly certificates: readonly CertificateConfig[];
  /** Whether the role cannot start without each of them (AB 3.1); else one that is not there is only told. */
  readonly certificatesRequired: boolean;
  /** What the endpoints need of the firewall. */
  readonly openPorts: readonly OpenPort[];
  /** Every other instance of the deployment with its endpoints, by role. */
  readonly otherRoles: readonly {
    readonly name: string;
    readonly instances: readonly {
      readonly id: string;
      readonly updateDomain: number;
      readonly faultDomain: number;
      readonly endpoints: readonly EndpointConfig[];
    }[];
  }[];
  /** What RoleEnvironment/Deployment/@emulated says. */
  readonly emulated: boolean;
  /** Host folder of the bundles that the played processes are started from; what lies on the drives are copies. */
  readonly bundlesDirectory: string;
  /** Host folder of compiled code, or `off`; a role's environment cannot tell it. */
  readonly codeCacheDirectory: string;
  /** Host folder of the image that D: begins with: of a VM role, which has no startup tasks and no role host (S3). */
  readonly image?: string;
  /** Number of the last event that has happened to the VM, 0 before the first. */
  readonly eventDone: number;
  /** Version that its guest agent has become, or is to become; without it whatever is installed. */
  readonly agentVersion?: string | undefined;
  /** Incarnation of the configuration, from 1; part of the names of the documents in C:\Config. */
  readonly configIncarnation: number;
}

export interface LocalStorageConfig {
  readonly name: string;
  readonly sizeInMB: number;
  readonly cleanOnRoleRecycle: boolean;
}

export interface EndpointConfig {
  readonly name: string;
  /** The instance's own address (DIP), in 127.255.0.0/16. */
  readonly address: string;
  readonly port: number;
  readonly protocol: string;
}

/** What connections an endpoint is about. */
export interface OpenPort {
  readonly endpoint: string;
  readonly protocol: 'TCP' | 'UDP' | 'Any';
  /** `8080`, `10000-10010` or `Any`. */
  readonly ports: string;
  /** Addresses of the instances that may connect. */
  readonly from: 'Any' | readonly string[];
}

export interface CertificateConfig {
  readonly name: string;
  /** 40 hexadecimal digits in capitals; empty where the configuration says none. */
  readonly thumbprint: string;
  readonly storeLocation: string;
  readonly storeName: string;
  readonly permissionLevel: 'limitedOrElevated' | 'elevated';
  /** The certificate itself, where the user has given it. */
  readonly content?: CertificateContent;
}

export interface CertificateContent {
  /** 40 hexadecimal digits in capitals: SHA-1 of the certificate. */
  readonly thumbprint: string;
  /** One line: `CN=front.example.com, O=Example`. */
  readonly subject: string;
  readonly issuer: string;
  /** Hexadecimal. */
  readonly serialNumber: string;
  /** ISO 8601. */
  readonly notBefore: string;
  readonly notAfter: string;
  readonly pem: string;
  /** Host paths: the file with the private key, and one with its password. */
  readonly key?: { readonly kind: 'pfx' | 'pem'; readonly file: string; readonly passwordFile?: string };
}
