import { basename, join, resolve } from 'node:path';
import { UserError } from '../../contracts/diagnostic.ts';
import { quote } from '../quote.ts';
import { namesIn } from './find-folder.ts';

/**
 * The service definition in a folder: the one with the usual name, else the only one.
 *
 * @returns its path below `folder` as that was given
 * @throws UserError RV1401 when there is none, RV1402 when there are several
 */
export function findDefinition(folder: string): string {
  const found = withExtension(folder, '.csdef');
  const chosen = named(found, 'ServiceDefinition.csdef') ?? (found.length === 1 ? found[0] : undefined);
  if (chosen !== undefined) return join(folder, chosen);
  if (found.length > 1) {
    throw new UserError(
      'RV1402',
      `${quote(folder)} has several service definitions: ${listed(found)}.`,
      'Keep one, or call one ServiceDefinition.csdef.',
    );
  }
  throw new UserError(
    'RV1401',
    `There is no service definition (.csdef) in ${quote(folder)}.`,
    'Give a folder with a service definition, a .csx folder or a .cspkg file; `rolevm init` makes a service to start from.',
  );
}

/**
 * The service configuration that goes with a service. A run on one's own machine is what Visual Studio's Local file is for (SM 2),
 * so that comes before the one for the cloud.
 *
 * @param folders to look in, the nearest first
 * @param stem name of the service without extension, which a configuration beside a package often has
 * @param wanted path of a .cscfg file, or `Local`, `Cloud` or what else stands in `ServiceConfiguration.<it>.cscfg`
 * @throws UserError RV1403 when there is none, RV1404 when several could be meant
 */
export function findConfiguration(folders: readonly string[], stem: string, wanted?: string): string {
  if (wanted !== undefined && (/\.cscfg$/i.test(wanted) || /[\\/]/.test(wanted))) return wanted;
  for (const folder of folders) {
    const found = withExtension(folder, '.cscfg');
    const chosen = wanted === undefined ? usualConfiguration(found, stem) : named(found, `ServiceConfiguration.${wanted}.cscfg`);
    if (chosen !== undefined) return join(folder, chosen);
    if (wanted === undefined && found.length > 1) {
      throw new UserError(
        'RV1404',
        `${quote(folder)} has several service configurations: ${listed(found)}.`,
        'Say which one with --config.',
      );
    }
  }
  throw new UserError(
    'RV1403',
    `There is no ${wanted === undefined ? 'service configuration (.cscfg)' : quote(`ServiceConfiguration.${wanted}.cscfg`)} in ${folders.map(quote).join(' or ')}.`,
    'Put ServiceConfiguration.cscfg there, or say where it is with --config.',
  );
}

function usualConfiguration(found: readonly string[], stem: string): string | undefined {
  const usual = [`${stem}.cscfg`, 'ServiceConfiguration.Local.cscfg', 'ServiceConfiguration.cscfg', 'ServiceConfiguration.Cloud.cscfg'];
  return usual.map((name) => named(found, name)).find((name) => name !== undefined) ?? (found.length === 1 ? found[0] : undefined);
}

/** The folders where the configuration of a .csx folder may be: in it, beside it, and above Visual Studio's `csx\<Configuration>` (PL 2). */
export function foldersOfCsx(csx: string): readonly string[] {
  const beside = join(csx, '..');
  return basename(resolve(beside)).toLowerCase() === 'csx' ? [csx, beside, join(beside, '..')] : [csx, beside];
}

function withExtension(folder: string, extension: string): readonly string[] {
  return namesIn(folder).filter((name) => name.toLowerCase().endsWith(extension));
}

function named(found: readonly string[], wanted: string): string | undefined {
  return found.find((name) => name === wanted) ?? found.find((name) => name.toLowerCase() === wanted.toLowerCase());
}

function listed(names: readonly string[]): string {
  return names.slice(0, 5).map(quote).join(', ');
}
