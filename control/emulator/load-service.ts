import path from 'node:path';
import { type Diagnostic, UserError } from '../../contracts/diagnostic.ts';
import type { ServiceModel } from '../../contracts/service-model.ts';
import { checkPackagedPrograms, checkTaskPrograms } from '../../model/check-task-programs.ts';
import { DiagnosticList } from '../../model/diagnostic-list.ts';
import { findServiceFiles } from '../../model/find-service-files.ts';
import { openServicePackage } from '../../model/package/open-service-package.ts';
import type { PackagedRoles, ServicePackage } from '../../model/package/service-package.ts';
import { readServiceModel } from '../../model/read-service-model.ts';
import { imageRoles } from './find-images.ts';

export interface LoadedService {
  readonly package: ServicePackage;
  readonly model: ServiceModel;
  readonly packaged: PackagedRoles;
  /** Path of the cscfg. */
  readonly configurationPath: string;
  /** Findings that do not stand in the way. */
  readonly warnings: readonly Diagnostic[];
}

/**
 * Reads everything a user can have got wrong, before anything is started.
 *
 * @param configuration `Local`, `Cloud` or a path; without it the service's own choice
 * @throws UserError with every finding
 */
export async function loadService(servicePath: string, configuration: string | undefined): Promise<LoadedService> {
  const opened = await openServicePackage(servicePath, { configuration: configurationFile(servicePath, configuration) });
  const { model, diagnostics } = readServiceModel({
    definitionFile: opened.definition,
    configurationFile: opened.configuration,
    // Modules of the service's own, as validate finds them.
    pluginFolders: opened.kind === 'folder' ? [path.join(servicePath, 'plugins')] : [],
  });
  if (model === undefined) throw invalid(diagnostics);
  const obstacles = [...checkTaskPrograms(model), ...rolesWithoutHost(model)];
  if (obstacles.length > 0) throw cannotRun(obstacles);
  const packaged = await opened.openRoles(model);
  const packedObstacles =
    opened.kind === 'folder'
      ? []
      : checkPackagedPrograms(
          servicePath,
          packaged.roles.map((role) => role.model),
        );
  if (packedObstacles.length > 0) throw cannotRun(packedObstacles);
  return {
    package: opened,
    model,
    packaged: { ...packaged, roles: [...packaged.roles, ...imageRoles(model)] },
    configurationPath: opened.configuration.name,
    warnings: [...diagnostics, ...packaged.notices].filter(({ severity }) => severity === 'warning'),
  };
}

function configurationFile(servicePath: string, configuration: string | undefined): string | undefined {
  if (configuration !== 'Local' && configuration !== 'Cloud') return configuration;
  const findings = new DiagnosticList();
  const files = findServiceFiles(servicePath, configuration, findings);
  if (files === undefined) throw invalid(findings.finish());
  return files.configurationFile;
}

function rolesWithoutHost(model: ServiceModel): Diagnostic[] {
  return model.definition.roles
    .filter((role) => role.kind === 'WebRole')
    .map((role) => ({
      code: 'RV4402',
      severity: 'error',
      message: `WebRole "${role.name}" cannot run, because this version has no IIS yet.`,
      file: model.definition.file,
      line: role.at.line,
      column: role.at.column,
      subject: 'WebRole',
      mend: 'Run the service without this role, or make it a WorkerRole.',
    }));
}

function invalid(diagnostics: readonly Diagnostic[]): UserError {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  return new UserError('RV4403', 'the service model is not valid', 'rolevm validate shows all findings', errors);
}

function cannotRun(diagnostics: readonly Diagnostic[]): UserError {
  return new UserError('RV4404', 'the service cannot run in this version of rolevm', undefined, diagnostics);
}
