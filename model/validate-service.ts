import { dirname } from 'node:path';
import type { Diagnostic } from '../contracts/diagnostic.ts';
import type { ServiceDefinition, ServiceModel } from '../contracts/service-model.ts';
import { DiagnosticList } from './diagnostic-list.ts';
import { findServiceFiles, type ServiceFiles } from './find-service-files.ts';
import { findFolder } from './package/find-folder.ts';
import { quote } from './quote.ts';
import { readServiceModel } from './read-service-model.ts';
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
 * @param servicePath as the user typed it
 * @param options.configuration `Local`, `Cloud`, or the path of a .cscfg file; without it the local one is preferred
 */
export function validateService(servicePath: string, { configuration }: { readonly configuration?: string } = {}): ValidatedService {
  const findings = new DiagnosticList();
  const files = findServiceFiles(servicePath, configuration, findings);
  if (files === undefined) return { diagnostics: findings.finish() };
  const { model, diagnostics } = readServiceModel(files);
  if (model === undefined) return { files, diagnostics };
  const missing = checkRoleFolders(model.definition);
  return missing.length > 0 ? { files, diagnostics: [...missing, ...diagnostics] } : { model, files, diagnostics };
}

/** @returns an error for each role whose folder is missing beside the definition; a VirtualMachineRole has an image instead */
function checkRoleFolders(definition: ServiceDefinition): Diagnostic[] {
  const findings = new DiagnosticList();
  const service = dirname(definition.file);
  for (const role of definition.roles) {
    if (role.kind === 'VirtualMachineRole') continue;
    if (isFolderName(role.name) && findFolder(service, role.name) !== undefined) continue;
    const mend = 'Put what the role consists of into a folder of its name beside the service definition.';
    const place = placeOf(definition.file, role, `${role.kind}/@name`, mend);
    findings.error('RV1405', `There is no folder for role ${quote(role.name)} in ${quote(service)}.`, place);
  }
  return findings.finish();
}
