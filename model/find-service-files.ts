import { join } from 'node:path';
import type { DiagnosticList } from './diagnostic-list.ts';
import { isFolder, namesIn } from './package/find-folder.ts';
import { quote } from './quote.ts';

export interface ServiceFiles {
  /** Paths as the user would type them. */
  readonly definitionFile: string;
  readonly configurationFile: string;
  /** Folders with .csplugin modules of the service's own. */
  readonly pluginFolders: readonly string[];
}

/** Which configuration is taken where none is asked for: a local run prefers the local one (SM 2: a pair Cloud and Local is usual). */
const configurationNames = ['ServiceConfiguration.Local.cscfg', 'ServiceConfiguration.cscfg', 'ServiceConfiguration.Cloud.cscfg'];

/**
 * Finds the definition and the configuration in the folder of a service. File names may be in any case, as on Windows.
 *
 * @param servicePath as the user typed it
 * @param configuration `Local`, `Cloud` or whatever stands in `ServiceConfiguration.<it>.cscfg`, or the path of a .cscfg file
 * @returns the paths, or undefined after a finding; files that are named directly are not looked at here
 */
export function findServiceFiles(
  servicePath: string,
  configuration: string | undefined,
  findings: DiagnosticList,
): ServiceFiles | undefined {
  const definition = findDefinitionFile(servicePath, findings);
  if (!isFolder(servicePath)) return undefined;
  const configurationFile = findConfiguration(servicePath, namesIn(servicePath), configuration, findings);
  return definition === undefined || configurationFile === undefined ? undefined : { ...definition, configurationFile };
}

/** The same for the definition alone. */
export function findDefinitionFile(servicePath: string, findings: DiagnosticList): Omit<ServiceFiles, 'configurationFile'> | undefined {
  if (!isFolder(servicePath)) {
    const mend = 'Give the folder that holds ServiceDefinition.csdef.';
    findings.error('RV1401', `${quote(servicePath)} is not a folder.`, { file: servicePath, mend });
    return undefined;
  }
  const definition = findDefinition(servicePath, namesIn(servicePath), findings);
  return definition === undefined
    ? undefined
    : { definitionFile: join(servicePath, definition), pluginFolders: [join(servicePath, 'plugins')] };
}

/** @returns whether the folder of a service holds no .cscfg file at all */
export function hasNoConfiguration(servicePath: string): boolean {
  return isFolder(servicePath) && withEnding(namesIn(servicePath), '.cscfg').length === 0;
}

function findDefinition(servicePath: string, names: readonly string[], findings: DiagnosticList): string | undefined {
  const usual = named(names, 'ServiceDefinition.csdef');
  if (usual !== undefined) return usual;
  const others = withEnding(names, '.csdef');
  if (others.length === 1) return others[0];
  const place = { file: servicePath };
  if (others.length === 0) {
    const mend = 'Give the folder of a service, or make one with `rolevm init`.';
    findings.error('RV1401', `There is no ServiceDefinition.csdef in ${quote(servicePath)}.`, { ...place, mend });
  } else {
    const message = `There are several definitions in ${quote(servicePath)}: ${some(others)}.`;
    findings.error('RV1402', message, { ...place, mend: 'Name the one that is meant ServiceDefinition.csdef.' });
  }
  return undefined;
}

function findConfiguration(
  servicePath: string,
  names: readonly string[],
  wanted: string | undefined,
  findings: DiagnosticList,
): string | undefined {
  const others = withEnding(names, '.cscfg');
  if (wanted !== undefined) {
    if (/\.cscfg$/i.test(wanted) || /[\\/]/.test(wanted)) return wanted;
    const found = named(names, `ServiceConfiguration.${wanted}.cscfg`);
    if (found !== undefined) return join(servicePath, found);
    const mend = others.length === 0 ? 'There is no .cscfg file in the folder at all.' : `There is ${some(others)}.`;
    findings.error('RV1403', `There is no ServiceConfiguration.${wanted}.cscfg in ${quote(servicePath)}.`, { file: servicePath, mend });
    return undefined;
  }
  const usual = configurationNames.map((name) => named(names, name)).find((name) => name !== undefined);
  const found = usual ?? (others.length === 1 ? others[0] : undefined);
  if (found !== undefined) return join(servicePath, found);
  if (others.length === 0) {
    const mend = 'Add ServiceConfiguration.Local.cscfg, or name a .cscfg file with --config.';
    findings.error('RV1403', `There is no service configuration in ${quote(servicePath)}.`, { file: servicePath, mend });
  } else {
    const message = `There are several configurations in ${quote(servicePath)}: ${some(others)}.`;
    findings.error('RV1404', message, { file: servicePath, mend: 'Name the one that is meant with --config.' });
  }
  return undefined;
}

function named(names: readonly string[], wanted: string): string | undefined {
  return names.find((name) => name === wanted) ?? names.find((name) => name.toLowerCase() === wanted.toLowerCase());
}

function withEnding(names: readonly string[], ending: string): readonly string[] {
  return names.filter((name) => name.toLowerCase().endsWith(ending));
}

function some(names: readonly string[]): string {
  return `${names.slice(0, 5).map(quote).join(', ')}${names.length > 5 ? ' …' : ''}`;
}
