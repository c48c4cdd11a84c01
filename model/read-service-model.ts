import type { Diagnostic } from '../contracts/diagnostic.ts';
import type {
  PluginModule,
  RoleConfiguration,
  RoleDefinition,
  ServiceDefinition,
  ServiceModel,
  ServiceRole,
} from '../contracts/service-model.ts';
import { DiagnosticList } from './diagnostic-list.ts';
import { listNotPlayed } from './list-not-played.ts';
import { createModuleFinder } from './modules/find-module.ts';
import { type ReadDocument, readConfigurationDocument, readDefinitionDocument, type SourceOfFile } from './read-document.ts';
import { checkDefinition, checkTogether, resolveDeclarations } from './rules/check-service.ts';
import type { RoleDeclarations } from './rules/merge-declarations.ts';
import type { DefinitionContext } from './rules/rule-context.ts';

export interface ServiceSources {
  /** ServiceDefinition.csdef: a path as the user would type it, or content under such a name. */
  readonly definitionFile: SourceOfFile;
  /** ServiceConfiguration.cscfg, likewise. */
  readonly configurationFile: SourceOfFile;
  /** Folders that hold `<Module>/<Module>.csplugin`; searched before the modules that rolevm knows itself. */
  readonly pluginFolders?: readonly string[];
}

export interface ReadServiceModel {
  /** Present when no finding is an error. */
  readonly model?: ServiceModel;
  /** By file, line and column. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads a service: definition, configuration, imported modules, and every rule within and between them. Everything wrong is reported
 * at once; what is read and not played yet is listed as information. Never throws for what a file contains.
 */
export function readServiceModel({ definitionFile, configurationFile, pluginFolders = [] }: ServiceSources): ReadServiceModel {
  const findings = new DiagnosticList();
  const incomplete = new WeakSet<object>();
  const definition = readAndCheckDefinition(definitionFile, pluginFolders, findings, incomplete);
  const configuration = readConfigurationDocument(configurationFile, findings, incomplete);
  if (definition === undefined || configuration === undefined) return { diagnostics: findings.finish() };
  const { context } = definition;
  checkTogether({ ...context, configuration: configuration.value });
  listNotPlayed({ definition: definition.read, configuration, modules: modulesOf(context) }, findings);
  if (findings.errorCount > 0) return { diagnostics: findings.finish() };
  const roles = context.definition.roles.map((role) => mergeRole(role, configuration.value.roles, context.declarations));
  return { model: { definition: context.definition, configuration: configuration.value, roles }, diagnostics: findings.finish() };
}

/**
 * Reads and checks a definition on its own.
 *
 * @returns the definition when no finding is an error, and the findings
 */
export function readServiceDefinition({ definitionFile, pluginFolders = [] }: Omit<ServiceSources, 'configurationFile'>): {
  readonly definition?: ServiceDefinition;
  readonly diagnostics: readonly Diagnostic[];
} {
  const findings = new DiagnosticList();
  const read = readAndCheckDefinition(definitionFile, pluginFolders, findings, new WeakSet());
  if (read !== undefined) listNotPlayed({ definition: read.read, modules: modulesOf(read.context) }, findings);
  return { definition: findings.errorCount > 0 ? undefined : read?.context.definition, diagnostics: findings.finish() };
}

function readAndCheckDefinition(
  source: SourceOfFile,
  pluginFolders: readonly string[],
  findings: DiagnosticList,
  incomplete: WeakSet<object>,
): { readonly read: ReadDocument<ServiceDefinition>; readonly context: DefinitionContext } | undefined {
  const read = readDefinitionDocument(source, findings, incomplete);
  if (read === undefined) return undefined;
  const findModule = createModuleFinder(pluginFolders, findings, incomplete);
  const declarations = resolveDeclarations(read.value, findModule, findings);
  const context: DefinitionContext = { definition: read.value, declarations, findings, incomplete };
  checkDefinition(context);
  return { read, context };
}

function modulesOf({ declarations }: DefinitionContext): readonly PluginModule[] {
  return [...declarations.values()].flatMap(({ modules }) => modules);
}

function mergeRole(
  role: RoleDefinition,
  configurations: readonly RoleConfiguration[],
  declarations: ReadonlyMap<RoleDefinition, RoleDeclarations>,
): ServiceRole {
  const configuration = configurations.find(({ name }) => name === role.name);
  const declared = declarations.get(role);
  if (configuration === undefined || declared === undefined) throw new Error(`role ${role.name} passed the rules without a configuration`);
  const thumbprints = new Map(configuration.certificates.map((certificate) => [certificate.name, certificate]));
  return {
    name: role.name,
    kind: role.kind,
    definition: role,
    configuration,
    modules: declared.modules,
    instanceCount: configuration.instances.count,
    settings: configuration.settings.map(({ name, value }) => ({ name, value })),
    localStorage: declared.localStorage,
    inputEndpoints: declared.inputEndpoints.map((endpoint) => ({ ...endpoint, localPort: endpoint.localPort ?? endpoint.port })),
    internalEndpoints: declared.internalEndpoints,
    instanceInputEndpoints: declared.instanceInputEndpoints,
    certificates: declared.certificates.map((certificate) => {
      const { thumbprint = '', thumbprintAlgorithm = 'sha1' } = thumbprints.get(certificate.name) ?? {};
      return { ...certificate, thumbprint, thumbprintAlgorithm };
    }),
  };
}
