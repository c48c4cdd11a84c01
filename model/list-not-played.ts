import type { PluginModule, Position, ServiceConfiguration, ServiceDefinition } from '../contracts/service-model.ts';
import { taskProgramFindings } from './check-task-programs.ts';
import type { DiagnosticCode } from './diagnostic-codes.ts';
import type { DiagnosticList } from './diagnostic-list.ts';
import { standInModules } from './modules/plugin-programs.ts';
import type { ReadDocument } from './read-document.ts';
import type { XmlElement } from './xml/xml-element.ts';

/** Something that is read in full and that rolevm does not act upon yet. A row goes when its part of rolevm comes. */
export interface NotPlayed {
  readonly code: DiagnosticCode;
  /** One sentence without its full stop. */
  readonly text: string;
  /** Below the root element; `*` is any element, `@name` an attribute. */
  readonly definition?: readonly string[];
  readonly configuration?: readonly string[];
  /** A value that asks for nothing. */
  readonly unless?: string;
  /** The values that are not played, where the others are. */
  readonly only?: readonly string[];
}

export const notPlayed: readonly NotPlayed[] = [
  {
    code: 'RV1901',
    text: 'Web roles are read, but IIS, WaIISHost and WaWebHost are not played yet',
    definition: ['WebRole/@name', 'WebRole/Sites'],
  },
  {
    code: 'RV1902',
    text: 'Input endpoints have an address per instance, but no load balancer listens on their public ports yet',
    definition: ['*/Endpoints/InputEndpoint', 'WebRole/InputEndpoints/InputEndpoint'],
  },
  { code: 'RV1903', text: 'Load balancer probes are read, but nothing probes yet', definition: ['LoadBalancerProbes/LoadBalancerProbe'] },
  {
    code: 'RV1904',
    text: 'Instance input endpoints are read, but nothing listens on their public ports yet',
    definition: ['*/Endpoints/InstanceInputEndpoint'],
  },
  {
    code: 'RV1905',
    text: 'Certificates are installed in the guest, but no endpoint uses them yet',
    definition: ['*/Certificates/Certificate'],
    configuration: ['Role/Certificates/Certificate'],
  },
  {
    code: 'RV1906',
    text: 'The tasks of modules such as Caching, WebDeploy and Profiling run, but only stand in: they do nothing',
    definition: ['*/Imports/Import/@moduleName'],
    only: standInModules,
  },
  {
    code: 'RV1907',
    text: 'Network traffic rules are read, but every role can reach every other yet',
    definition: ['NetworkTrafficRules/OnlyAllowTrafficTo'],
  },
  { code: 'RV1908', text: 'Sizes of virtual machines are read, but instances are not limited to them yet', definition: ['*/@vmsize'] },
  {
    code: 'RV1909',
    text: 'Settings for upgrade domains and topology changes are read, but not followed yet',
    definition: ['@upgradeDomainCount', '@topologyChangeDiscovery'],
  },
  { code: 'RV1910', text: 'Contents are read, but not copied into approot yet', definition: ['*/Contents/Content'] },
  {
    code: 'RV1911',
    text: 'Partial trust is read, but role code always has full trust',
    definition: ['*/@enableNativeCodeExecution'],
    unless: 'true',
  },
  { code: 'RV1912', text: 'The guest OS is read, but there is one kind only', configuration: ['@osFamily', '@osVersion'] },
  { code: 'RV1913', text: 'Host names of instances are read, but not given yet', configuration: ['Role/@vmName'] },
  { code: 'RV1914', text: 'The network configuration is read, but not followed yet', configuration: ['NetworkConfiguration'] },
  {
    code: 'RV1915',
    text: 'An OsImage is not a .vhd file, but a folder that rolevm image has made',
    configuration: ['Role/OsImage'],
  },
];

/** The documents of one service. */
export interface Documents {
  readonly definition: ReadDocument<ServiceDefinition>;
  readonly configuration?: ReadDocument<ServiceConfiguration>;
  /** What the roles import. */
  readonly modules: readonly PluginModule[];
}

/** Lists what the documents ask for and rolevm does not do yet: one information per kind, at the first place, with the number of places. */
export function listNotPlayed({ definition, configuration, modules }: Documents, findings: DiagnosticList): void {
  for (const row of notPlayed) {
    const places = [
      ...placesOf(row.definition ?? [], row, definition.root).map((at) => ({ file: definition.value.file, at })),
      ...(configuration === undefined ? [] : placesOf(row.configuration ?? [], row, configuration.root)).map((at) => ({
        file: configuration?.value.file,
        at,
      })),
    ];
    const first = places[0];
    if (first === undefined) continue;
    const count = places.length === 1 ? '' : ` (${places.length} places)`;
    findings.info(row.code, `${row.text}${count}.`, { ...first, subject: first.at.subject });
  }
  for (const finding of taskProgramFindings(definition.value, modules)) {
    findings.info('RV1916', `${finding.message} This version does not run it.`, finding.place);
  }
}

interface Found extends Position {
  readonly subject: string;
}

/** In the order of the document, per path. */
function placesOf(paths: readonly string[], values: Pick<NotPlayed, 'unless' | 'only'>, root: XmlElement): Found[] {
  return paths.flatMap((path) => find(root, path.split('/'), values));
}

function find(node: XmlElement, [step = '', ...rest]: string[], values: Pick<NotPlayed, 'unless' | 'only'>): Found[] {
  if (step.startsWith('@')) {
    const attribute = node.attributes.find(({ name, uri }) => uri === '' && name === step.slice(1));
    const value = attribute?.value.trim();
    if (attribute === undefined || value === undefined || value === values.unless) return [];
    if (values.only !== undefined && !values.only.includes(value)) return [];
    return [{ line: attribute.line, column: attribute.column, subject: `${node.name}/${step}` }];
  }
  const children = node.children.filter(({ name, uri }) => uri === node.uri && (step === '*' || name === step));
  if (rest.length > 0) return children.flatMap((child) => find(child, rest, values));
  return children.map(({ line, column, name }) => ({ line, column, subject: name }));
}
