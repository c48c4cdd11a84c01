import type { ServiceConfiguration } from '../contracts/service-configuration.ts';
import type { PluginModule, ServiceDefinition } from '../contracts/service-definition.ts';
import type { DiagnosticList } from './diagnostic-list.ts';
import { quote, quoteName } from './quote.ts';
import { configurationNamespace, serviceConfiguration } from './schema/configuration-schema.ts';
import { definitionNamespace, roleModule, serviceDefinition } from './schema/definition-schema.ts';
import type { ElementRule } from './schema/element-rules.ts';
import { readElement } from './schema/read-element.ts';
import type { Reading } from './schema/reading.ts';
import { readXml, sourceName } from './xml/read-xml.ts';
import type { SourceFile } from './xml/source-file.ts';
import type { XmlElement } from './xml/xml-element.ts';

/** A document as it was read: the typed value, and the tree that it came from. */
export interface ReadDocument<T> {
  readonly value: T;
  readonly root: XmlElement;
}

export type SourceOfFile = string | SourceFile;

/** Reads a ServiceDefinition.csdef by its schema. @returns undefined when there is nothing to build upon (after findings) */
export function readDefinitionDocument(
  source: SourceOfFile,
  findings: DiagnosticList,
  incomplete: WeakSet<object>,
): ReadDocument<ServiceDefinition> | undefined {
  const read = readDocument(serviceDefinition, 'ServiceDefinition', definitionNamespace, source, findings, incomplete);
  return read && { ...read, value: Object.assign(read.value, { file: sourceName(source) }) };
}

/** Reads a ServiceConfiguration.cscfg by its schema. @returns undefined when there is nothing to build upon (after findings) */
export function readConfigurationDocument(
  source: SourceOfFile,
  findings: DiagnosticList,
  incomplete: WeakSet<object>,
): ReadDocument<ServiceConfiguration> | undefined {
  const read = readDocument(serviceConfiguration, 'ServiceConfiguration', configurationNamespace, source, findings, incomplete);
  return read && { ...read, value: Object.assign(read.value, { file: sourceName(source) }) };
}

type ModuleContent = Omit<PluginModule, 'file' | 'moduleName' | 'optionalSettings'>;

/** Reads a .csplugin by its schema. @returns undefined when there is nothing to build upon (after findings) */
export function readModuleDocument(
  source: SourceOfFile,
  findings: DiagnosticList,
  incomplete: WeakSet<object>,
): ReadDocument<ModuleContent> | undefined {
  return readDocument(roleModule, 'RoleModule', definitionNamespace, source, findings, incomplete);
}

function readDocument<T>(
  rule: ElementRule<T>,
  rootName: string,
  namespace: string,
  source: SourceOfFile,
  findings: DiagnosticList,
  incomplete: WeakSet<object>,
): ReadDocument<T> | undefined {
  const file = sourceName(source);
  const root = readXml(source, findings);
  if (root === undefined) return undefined;
  const place = { file, at: { line: root.line, column: root.column }, subject: quoteName(root.name) };
  if (root.name !== rootName) {
    const mend = `Check that this is the right file: it must start with <${rootName} …>.`;
    findings.error('RV1101', `The root element is <${quoteName(root.name)}> and not <${rootName}>.`, { ...place, mend });
    return undefined;
  }
  if (root.uri !== namespace) {
    const found = root.uri === '' ? 'no namespace' : `the namespace ${quote(root.uri)}`;
    findings.error('RV1102', `<${rootName}> has ${found}.`, { ...place, mend: `Write <${rootName} xmlns="${namespace}" …>.` });
  }
  // With the wrong namespace the rest is read in that one, so that its errors are reported as well.
  const reading: Reading = { file, uri: root.uri, findings, incomplete };
  const value = readElement(rule, root, reading);
  return value === undefined ? undefined : { value, root };
}
