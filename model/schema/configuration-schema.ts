import type {
  AccessControl,
  EndpointAcl,
  InstanceAddress,
  LoadBalancer,
  NetworkConfiguration,
  RoleConfiguration,
  ServiceConfiguration,
} from '../../contracts/service-configuration.ts';
import { addressRange, anyText, oneOf, optional, required, text, thumbprint, wholeNumber, withDefault } from './attribute-rules.ts';
import { atMostOne, type ElementRule, element, exactlyOne, list } from './element-rules.ts';

/** Namespace of ServiceConfiguration.cscfg (SM 2). */
export const configurationNamespace = 'http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceConfiguration';

/** More instances than this of one role are more than one machine plays. */
const maxInstances = 1000;

const maxInt = 2_147_483_647;

const vmName = {
  expected: 'a name of 1 to 10 characters',
  parse: (value: string) => (/^[\w-]{1,10}$/u.test(value) ? value : undefined),
};

const named = element({ name: required(text) }, {});

const role: ElementRule<RoleConfiguration> = element(
  { name: required(text), vmName: optional(vmName) },
  {
    instances: exactlyOne({ Instances: element({ count: required(wholeNumber(1, maxInstances)) }, {}) }),
    settings: list({ 'ConfigurationSettings/Setting': element({ name: required(text), value: required(anyText) }, {}) }),
    certificates: list({
      'Certificates/Certificate': element(
        { name: required(text), thumbprint: required(thumbprint), thumbprintAlgorithm: required(oneOf('sha1')) },
        {},
      ),
    }),
    osImage: atMostOne({ OsImage: element({ href: required(text) }, {}) }),
  },
);

const accessControl: ElementRule<AccessControl> = element(
  { name: required(text) },
  {
    rules: list({
      Rule: element(
        {
          order: required(wholeNumber(0, maxInt)),
          action: required(oneOf('permit', 'deny')),
          remoteSubnet: required(addressRange),
          description: optional(anyText),
        },
        {},
      ),
    }),
  },
);

const endpointAcl: ElementRule<EndpointAcl> = element(
  { role: required(text), endpoint: required(text), accessControl: required(text) },
  {},
);

const instanceAddress: ElementRule<InstanceAddress> = element(
  { roleName: required(text) },
  {
    subnets: list({ 'Subnets/Subnet': named }),
    publicIPs: list({
      'PublicIPs/PublicIP': element(
        { name: required(text), domainNameLabel: optional(text), idleTimeoutInMinutes: optional(wholeNumber(1, maxInt)) },
        {},
      ),
    }),
  },
);

const loadBalancer: ElementRule<LoadBalancer> = element(
  { name: required(text) },
  {
    frontendIPConfiguration: exactlyOne({
      FrontendIPConfiguration: element(
        { type: required(oneOf('private')), subnet: optional(text), staticVirtualNetworkIPAddress: optional(text) },
        {},
      ),
    }),
  },
);

const networkConfiguration: ElementRule<NetworkConfiguration> = element(
  {},
  {
    accessControls: list({ 'AccessControls/AccessControl': accessControl }),
    endpointAcls: list({ 'EndpointAcls/EndpointAcl': endpointAcl }),
    dnsServers: list({ 'Dns/DnsServers/DnsServer': element({ name: required(text), IPAddress: required(text) }, {}) }),
    virtualNetworkSite: atMostOne({ VirtualNetworkSite: named }),
    instanceAddresses: list({ 'AddressAssignments/InstanceAddress': instanceAddress }),
    reservedIPs: list({ 'AddressAssignments/ReservedIPs/ReservedIP': named }),
    loadBalancers: list({ 'LoadBalancers/LoadBalancer': loadBalancer }),
  },
);

export const serviceConfiguration: ElementRule<Omit<ServiceConfiguration, 'file'>> = element(
  {
    serviceName: required(text),
    osFamily: optional(text),
    osVersion: withDefault(text, '*'),
    schemaVersion: optional(text),
  },
  { roles: list({ Role: role }, 'always'), networkConfiguration: atMostOne({ NetworkConfiguration: networkConfiguration }) },
);
