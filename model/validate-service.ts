import { dirname } from 'node:path';
import type { Diagnostic } from '../contracts/diagnostic.ts';
import type { ServiceDefinition, ServiceModel } from '../contracts/service-model.ts';
import { DiagnosticList } from './diagnostic-list.ts';
import { findDefinitionFile, findServiceFiles, hasNoConfiguration, type ServiceFiles } from './find-service-files.ts';
import { findFolder } from './package/find-folder.ts';
import { quote } from './quote.ts';
import { readServiceDefinition, readServiceModel } from './read-service-model.ts';
import { isFolderName } from './rules/folder-name.ts';
import { placeOf } from './rules/rule-context.ts';

export interface ValidatedService {
  /** Present when no finding is an error. */
  readonly model?: ServiceModel;
  /** Present when both files were found. */
  readonly files?: ServiceFiles;
  /** By file, line and column. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads the folder of a service as Azure's tools lay it out: definition, configuration, and one folder per role (PL 11.1).
 *
 * A definition without any configuration is checked alone, and roles whose folders lie elsewhere (as in Visual Studio's projects) are
 * valid: both only stand in the way of running the service, which the warnings say.
 *
 * @param servicePath as the user typed it
 * @param options.configuration `Local`, `Cloud`, or the path of a .cscfg file; without it the local one is preferred
 */
export function validateService(servicePath: string, { configuration }: { readonly configuration?: string } = {}): ValidatedService {
  const findings = new DiagnosticList();
  if (configuration === undefined && hasNoConfiguration(servicePath)) return validateDefinition(servicePath, findings);
  const files = findServiceFiles(servicePath, configuration, findings);
  if (files === undefined) return { diagnostics: findings.finish() };
  const { model, diagnostics } = readServiceModel(files);
  if (model === undefined) return { files, diagnostics };
  return { model, files, diagnostics: [...missingRoleFolders(model.definition), ...diagnostics] };
}

function validateDefinition(servicePath: string, findings: DiagnosticList): ValidatedService {
  const files = findDefinitionFile(servicePath, findings);
  const mend = 'Add ServiceConfiguration.Local.cscfg to run it, or name a .cscfg file with --config.';
  findings.warning('RV1403', `There is no service configuration in ${quote(servicePath)}: the definition is checked alone.`, {
    file: servicePath,
    mend,
  });
  const { definition, diagnostics } = files === undefined ? { diagnostics: [] } : readServiceDefinition(files);
  const missing = definition === undefined ? [] : missingRoleFolders(definition);
  return { diagnostics: [...findings.finish(), ...missing, ...diagnostics] };
}

/** @returns a warning for each role whose folder is missing beside the definition; a VirtualMachineRole has an image instead */
function missingRoleFolders(definition: ServiceDefinition): Diagnostic[] {
  const findings = new DiagnosticList();
  const service = dirname(definition.file);
  for (const role of definition.roles) {
    if (role.kind === 'VirtualMachineRole') continue;
    if (isFolderName(role.name) && findFolder(service, role.name) !== undefined) continue;
    const mend = 'To run it, put what the role consists of into a folder of its name beside the service definition.';
    const place = placeOf(definition.file, role, `${role.kind}/@name`, mend);
    findings.warning('RV1405', `There is no folder for role ${quote(role.name)} in ${quote(service)}.`, place);
  }
  return findings.finish();
}
