import type { Content } from '../../contracts/role-elements.ts';
import type {
  LoadBalancerProbe,
  NetworkTrafficRule,
  PluginModule,
  ServiceDefinition,
  VirtualMachineRole,
  WebRole,
  WorkerRole,
} from '../../contracts/service-definition.ts';
import { flag, oneOf, optional, port, required, text, wholeNumber, withDefault } from './attribute-rules.ts';
import { atMostOne, type ElementRule, element, elementOfKind, exactlyOne, list, present } from './element-rules.ts';
import {
  certificate,
  inputEndpoint,
  instanceInputEndpoint,
  internalEndpoint,
  localStorage,
  moduleRuntime,
  setting,
  site,
  startup,
  webRuntime,
  workerRuntime,
} from './shared-schema.ts';

/** Namespace of ServiceDefinition.csdef, .csplugin and RoleModel.xml (SM 2). */
export const definitionNamespace = 'http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceDefinition';

const maxInt = 2_147_483_647;

const content: ElementRule<Content> = element(
  { destination: required(text) },
  { sourceDirectory: exactlyOne({ SourceDirectory: element({ path: required(text) }, {}) }) },
);

const roleAttributes = {
  name: required(text),
  vmsize: withDefault(text, 'Small'),
  enableNativeCodeExecution: withDefault(flag, true),
};

const declarations = {
  settings: list({ 'ConfigurationSettings/Setting': setting }),
  certificates: list({ 'Certificates/Certificate': certificate }),
  instanceInputEndpoints: list({ 'Endpoints/InstanceInputEndpoint': instanceInputEndpoint }),
};

const roleChildren = {
  ...declarations,
  localStorage: list({ 'LocalResources/LocalStorage': localStorage, LocalStorage: localStorage }),
  imports: list({ 'Imports/Import': element({ moduleName: required(text) }, {}) }),
  startup: atMostOne({ Startup: startup }),
};

const workerEndpoints = {
  inputEndpoints: list({ 'Endpoints/InputEndpoint': inputEndpoint }),
  internalEndpoints: list({ 'Endpoints/InternalEndpoint': internalEndpoint }),
};

const contents = list({ 'Contents/Content': content });

const webRole: ElementRule<WebRole> = elementOfKind('WebRole', roleAttributes, {
  ...roleChildren,
  // Before there was <Endpoints> (SM 4.3).
  inputEndpoints: list({ 'Endpoints/InputEndpoint': inputEndpoint, 'InputEndpoints/InputEndpoint': inputEndpoint }),
  internalEndpoints: list({ 'Endpoints/InternalEndpoint': internalEndpoint, InternalEndpoint: internalEndpoint }),
  runtime: atMostOne({ Runtime: webRuntime }),
  hasSites: present('Sites'),
  sites: list({ 'Sites/Site': site }),
  contents,
});

const workerRole: ElementRule<WorkerRole> = elementOfKind('WorkerRole', roleAttributes, {
  ...roleChildren,
  ...workerEndpoints,
  runtime: atMostOne({ Runtime: workerRuntime }),
  contents,
});

/** A withdrawn beta feature (SM 3). Startup is read, so that its place can be named where it is refused. */
const virtualMachineRole: ElementRule<VirtualMachineRole> = elementOfKind('VirtualMachineRole', roleAttributes, {
  ...roleChildren,
  ...workerEndpoints,
});

const loadBalancerProbe: ElementRule<LoadBalancerProbe> = element(
  {
    name: required(text),
    protocol: required(oneOf('http', 'tcp')),
    path: optional(text),
    port: optional(port),
    intervalInSeconds: withDefault(wholeNumber(5, maxInt), 15),
    timeoutInSeconds: withDefault(wholeNumber(11, maxInt), 31),
  },
  {},
);

const networkTrafficRule: ElementRule<NetworkTrafficRule> = element(
  {},
  {
    destinations: list({ 'Destinations/RoleEndpoint': element({ roleName: required(text), endpointName: required(text) }, {}) }, 'always'),
    allowAllTraffic: atMostOne({ AllowAllTraffic: element({}, {}) }),
    whenSource: atMostOne({
      WhenSource: element(
        { matches: required(oneOf('AnyRule')) },
        { fromRoles: list({ FromRole: element({ roleName: required(text) }, {}) }, 'always') },
      ),
    }),
  },
);

export const serviceDefinition: ElementRule<Omit<ServiceDefinition, 'file'>> = element(
  {
    name: required(text),
    // Each SDK knows only its own value; any one is accepted (SM 2).
    schemaVersion: optional(text),
    upgradeDomainCount: withDefault(wholeNumber(1, 20), 5),
    topologyChangeDiscovery: withDefault(oneOf('UpgradeDomainWalk', 'Blast'), 'UpgradeDomainWalk'),
  },
  {
    roles: list({ WebRole: webRole, WorkerRole: workerRole, VirtualMachineRole: virtualMachineRole }),
    loadBalancerProbes: list({ 'LoadBalancerProbes/LoadBalancerProbe': loadBalancerProbe }, 'inContainer'),
    networkTrafficRules: list({ 'NetworkTrafficRules/OnlyAllowTrafficTo': networkTrafficRule }, 'inContainer'),
  },
);

export const roleModule: ElementRule<Omit<PluginModule, 'file' | 'moduleName' | 'optionalSettings'>> = element(
  { namespace: required(text) },
  {
    ...declarations,
    ...workerEndpoints,
    localStorage: list({ 'LocalResources/LocalStorage': localStorage }),
    startup: atMostOne({ Startup: startup }),
    runtime: atMostOne({ Runtime: moduleRuntime }),
    sites: list({ 'Sites/Site': site }),
  },
);
