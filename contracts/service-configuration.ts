import type { FromSource } from './source-place.ts';

/** ServiceConfiguration.cscfg (SM 5). Attributes keep Azure's names. */

export interface ServiceConfiguration extends FromSource {
  readonly file: string;
  readonly serviceName: string;
  readonly osFamily?: string;
  readonly osVersion: string;
  readonly schemaVersion?: string;
  readonly roles: readonly RoleConfiguration[];
  readonly networkConfiguration?: NetworkConfiguration;
}

export interface RoleConfiguration extends FromSource {
  readonly name: string;
  readonly vmName?: string;
  readonly instances: Instances;
  readonly settings: readonly SettingValue[];
  readonly certificates: readonly CertificateThumbprint[];
  readonly osImage?: OsImage;
}

export interface Instances extends FromSource {
  readonly count: number;
}

export interface SettingValue extends FromSource {
  readonly name: string;
  readonly value: string;
}

export interface CertificateThumbprint extends FromSource {
  readonly name: string;
  /** 40 hexadecimal digits, or empty where somebody still has to fill it in. */
  readonly thumbprint: string;
  readonly thumbprintAlgorithm: string;
}

export interface OsImage extends FromSource {
  readonly href: string;
}

export interface NetworkConfiguration extends FromSource {
  readonly accessControls: readonly AccessControl[];
  readonly endpointAcls: readonly EndpointAcl[];
  readonly dnsServers: readonly DnsServer[];
  readonly virtualNetworkSite?: Named;
  readonly instanceAddresses: readonly InstanceAddress[];
  readonly reservedIPs: readonly Named[];
  readonly loadBalancers: readonly LoadBalancer[];
}

export interface Named extends FromSource {
  readonly name: string;
}

export interface AccessControl extends FromSource {
  readonly name: string;
  readonly rules: readonly AccessControlRule[];
}

export interface AccessControlRule extends FromSource {
  readonly order: number;
  readonly action: 'permit' | 'deny';
  readonly remoteSubnet: string;
  readonly description?: string;
}

export interface EndpointAcl extends FromSource {
  readonly role: string;
  readonly endpoint: string;
  readonly accessControl: string;
}

export interface DnsServer extends FromSource {
  readonly name: string;
  readonly IPAddress: string;
}

export interface InstanceAddress extends FromSource {
  readonly roleName: string;
  readonly subnets: readonly Named[];
  readonly publicIPs: readonly PublicIP[];
}

export interface PublicIP extends FromSource {
  readonly name: string;
  readonly domainNameLabel?: string;
  readonly idleTimeoutInMinutes?: number;
}

export interface LoadBalancer extends FromSource {
  readonly name: string;
  readonly frontendIPConfiguration: FrontendIPConfiguration;
}

export interface FrontendIPConfiguration extends FromSource {
  readonly type: 'private';
  readonly subnet?: string;
  readonly staticVirtualNetworkIPAddress?: string;
}
