import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Diagnostic, UserError } from '../contracts/diagnostic.ts';
import type { ServiceModel } from '../contracts/service-model.ts';
import { openServicePackage } from '../model/package/open-service-package.ts';
import type { ServicePackage } from '../model/package/service-package.ts';
import { readServiceModel } from '../model/read-service-model.ts';
import { validateService } from '../model/validate-service.ts';

/**
 * Everything that can be found about a service without running it: its definition, its configuration, and what its roles consist of.
 *
 * @param path folder, .csx folder or .cspkg file, as the user typed it
 * @param configuration `Local`, `Cloud` or a .cscfg file
 */
export async function validateAny(path: string, configuration: string | undefined): Promise<readonly Diagnostic[]> {
  const isFolder = statSync(path).isDirectory() && !/\.csx[\\/]*$/i.test(path);
  const folder = isFolder ? validateService(path, configuration === undefined ? {} : { configuration }) : undefined;
  if (folder !== undefined && folder.model === undefined) return folder.diagnostics;
  const file = folder?.files?.configurationFile ?? configurationFile(path, configuration);
  const opened: { service?: ServicePackage } = {};
  try {
    const service = await openServicePackage(path, { configuration: file });
    opened.service = service;
    const read = folder ?? readServiceModel({ definitionFile: service.definition, configurationFile: service.configuration });
    const content = read.model === undefined ? [] : await contentFindings(service, read.model);
    return [...read.diagnostics, ...(folder === undefined ? content : withoutRefusal(content, folder.diagnostics))];
  } catch (error) {
    return [...(folder?.diagnostics ?? []), ...asFindings(error)];
  } finally {
    await opened.service?.close();
  }
}

/** Where `Local` and `Cloud` are for what is not a folder of sources: beside it. */
function configurationFile(path: string, configuration: string | undefined): string | undefined {
  const isWord = configuration !== undefined && !/\.cscfg$|[\\/]/i.test(configuration);
  return isWord ? join(dirname(path), `ServiceConfiguration.${configuration}.cscfg`) : configuration;
}

async function contentFindings(service: ServicePackage, model: ServiceModel): Promise<readonly Diagnostic[]> {
  try {
    return (await service.openRoles(model)).notices;
  } catch (error) {
    return asFindings(error);
  }
}

/** What lies in the folders of sources may still be on its way there: it keeps the service from running, not from being valid. */
function withoutRefusal(content: readonly Diagnostic[], told: readonly Diagnostic[]): readonly Diagnostic[] {
  const toldOf = new Set(told.map(({ code }) => code));
  return content
    .filter(({ code }) => code !== missingFolder || !toldOf.has(code))
    .map((found) =>
      found.severity === 'error' ? { ...found, severity: 'warning', message: `${found.message} rolevm up would refuse this.` } : found,
    );
}

const missingFolder = 'RV1405';

function asFindings(error: unknown): readonly Diagnostic[] {
  if (!(error instanceof UserError)) throw error;
  if (error.diagnostics.length > 0) return error.diagnostics;
  return [{ code: error.code, severity: 'error', message: error.message, ...(error.mend === undefined ? {} : { mend: error.mend }) }];
}
