import type {
  Certificate,
  FixedPort,
  FixedPortRange,
  InputEndpoint,
  InstanceInputEndpoint,
  InternalEndpoint,
  LocalStorage,
  NetFxEntryPoint,
  ProgramEntryPoint,
  Runtime,
  SettingDeclaration,
  Site,
  Startup,
  Task,
  Variable,
  VirtualPath,
} from '../../contracts/role-elements.ts';
import { anyText, flag, oneOf, optional, port, portOrStar, required, text, wholeNumber, withDefault } from './attribute-rules.ts';
import { atMostOne, type ElementRule, element, elementOfKind, exactlyOne, list } from './element-rules.ts';

/** Elements that roles and modules have in common (SM 4.1 to 4.7). */

const maxInt = 2_147_483_647;
const executionContext = withDefault(oneOf('limited', 'elevated'), 'limited');

export const setting: ElementRule<SettingDeclaration> = element({ name: required(text) }, {});

/** The schema says 1000 MB, the documentation 100 (SM 4.2); rolevm follows the documentation and warns where no size is stated. */
const defaultLocalStorageMB = 100;

export const localStorage: ElementRule<LocalStorage> = element(
  {
    name: required(text),
    sizeInMB: withDefault(wholeNumber(1, maxInt), defaultLocalStorageMB),
    cleanOnRoleRecycle: withDefault(flag, true),
  },
  {},
);

export const inputEndpoint: ElementRule<InputEndpoint> = element(
  {
    name: required(text),
    protocol: required(oneOf('http', 'https', 'tcp', 'udp')),
    port: required(port),
    localPort: optional(portOrStar),
    certificate: optional(text),
    ignoreRoleInstanceStatus: withDefault(flag, false),
    loadBalancerProbe: optional(text),
    loadBalancer: optional(text),
    // The range 4 to 30 is not confirmed (SM 4.3), so it is not enforced.
    idleTimeoutInMinutes: withDefault(wholeNumber(1, maxInt), 4),
    loadBalancerDistribution: withDefault(oneOf('none', 'sourceIP', 'sourceIPProtocol'), 'none'),
  },
  {},
);

const fixedPort: ElementRule<FixedPort> = element({ port: required(port) }, {});
const fixedPortRange: ElementRule<FixedPortRange> = element({ min: required(port), max: required(port) }, {});

export const internalEndpoint: ElementRule<InternalEndpoint> = element(
  { name: required(text), protocol: required(oneOf('http', 'tcp', 'udp', 'any')), port: optional(portOrStar) },
  { fixedPorts: list({ FixedPort: fixedPort }), fixedPortRanges: list({ FixedPortRange: fixedPortRange }) },
);

export const instanceInputEndpoint: ElementRule<InstanceInputEndpoint> = element(
  { name: required(text), protocol: required(oneOf('tcp', 'udp')), localPort: required(port) },
  { publicPorts: exactlyOne({ 'AllocatePublicPortFrom/FixedPortRange': fixedPortRange }) },
);

export const certificate: ElementRule<Certificate> = element(
  {
    name: required(text),
    storeLocation: required(oneOf('LocalMachine', 'CurrentUser')),
    storeName: required(text),
    permissionLevel: withDefault(oneOf('limitedOrElevated', 'elevated'), 'limitedOrElevated'),
  },
  {},
);

const variable: ElementRule<Variable> = element(
  { name: required(text), value: optional(anyText) },
  { roleInstanceValue: atMostOne({ RoleInstanceValue: element({ xpath: required(text) }, {}) }) },
);

const task: ElementRule<Task> = element(
  {
    commandLine: required(text),
    executionContext,
    taskType: withDefault(oneOf('simple', 'foreground', 'background'), 'simple'),
  },
  { environment: list({ 'Environment/Variable': variable }) },
);

export const startup: ElementRule<Startup> = element(
  { priority: withDefault(wholeNumber(-maxInt, maxInt), 0) },
  { tasks: list({ Task: task }) },
);

const netFxEntryPoint: ElementRule<NetFxEntryPoint> = elementOfKind(
  'NetFxEntryPoint',
  { assemblyName: required(text), targetFrameworkVersion: optional(text) },
  {},
);

const programEntryPoint: ElementRule<ProgramEntryPoint> = elementOfKind(
  'ProgramEntryPoint',
  { commandLine: required(text), setReadyOnProcessStart: withDefault(flag, true) },
  {},
);

const environment = list({ 'Environment/Variable': variable });

/** A program can be the entry point of worker roles only (SM 4.6). */
export const workerRuntime: ElementRule<Runtime> = element(
  { executionContext },
  {
    environment,
    entryPoint: atMostOne(
      { 'EntryPoint/NetFxEntryPoint': netFxEntryPoint, 'EntryPoint/ProgramEntryPoint': programEntryPoint },
      'inContainer',
    ),
  },
);

export const webRuntime: ElementRule<Runtime> = element(
  { executionContext },
  { environment, entryPoint: atMostOne({ 'EntryPoint/NetFxEntryPoint': netFxEntryPoint }, 'inContainer') },
);

export const moduleRuntime: ElementRule<Runtime> = element({ executionContext }, { environment });

const virtualPath: ElementRule<VirtualPath> = element(
  { name: required(text), physicalDirectory: required(text) },
  {
    virtualApplications: list({ VirtualApplication: (): ElementRule<VirtualPath> => virtualPath }),
    virtualDirectories: list({ VirtualDirectory: (): ElementRule<VirtualPath> => virtualPath }),
  },
);

const binding = element({ name: required(text), endpointName: required(text), hostHeader: optional(anyText) }, {});

export const site: ElementRule<Site> = element(
  { name: required(text), physicalDirectory: optional(text) },
  {
    virtualApplications: list({ VirtualApplication: virtualPath }),
    virtualDirectories: list({ VirtualDirectory: virtualPath }),
    bindings: list({ 'Bindings/Binding': binding }, 'always'),
  },
);
