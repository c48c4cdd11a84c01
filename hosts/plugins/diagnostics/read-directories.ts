import { childOf, childrenOf, type Element, requiredAttribute } from '../../../model/element-tree/element-tree.ts';
import type { DirectorySource } from './configuration.ts';
import { quotaOf } from './read-values.ts';

/** Directories that Azure knows by name, with where a role finds them in DiagnosticStore (AB 7.1). */
const knownFolders = { CrashDumps: 'CrashDumps', FailedRequestLogs: 'FailedReqLogFiles', IISLogs: 'LogFiles' } as const;

/**
 * The directories of the element `Directories`.
 *
 * @param quotaBytes for those that have no quota of their own
 * @throws Error with one sentence
 */
export function readDirectories(element: Element, quotaBytes: number): readonly DirectorySource[] {
  const known = Object.entries(knownFolders).flatMap(([name, folder]) => {
    const found = childOf(element, name);
    return found === undefined ? [] : [{ ...common(found, quotaBytes), place: { kind: 'known', folder } as const }];
  });
  const own = childrenOf(childOf(element, 'DataSources'), 'DirectoryConfiguration').map((directory) => ({
    ...common(directory, quotaBytes),
    place: placeOf(directory),
  }));
  return [...known, ...own];
}

function common(element: Element, quotaBytes: number): Pick<DirectorySource, 'container' | 'quotaBytes'> {
  const container = requiredAttribute(element, 'container');
  // What Azure asks of the name of a container (W).
  if (!/^[a-z0-9](?:-?[a-z0-9])*$/.test(container) || container.length < 3 || container.length > 63) {
    throw new Error(
      `${element.name}/@container is "${container.slice(0, 70)}": 3 to 63 small letters, digits and single hyphens are allowed`,
    );
  }
  return { container, quotaBytes: quotaOf(element, 'directoryQuotaInMB') || quotaBytes };
}

function placeOf(directory: Element): DirectorySource['place'] {
  const absolute = childOf(directory, 'Absolute');
  if (absolute !== undefined) {
    const expandEnvironment = requiredAttribute(absolute, 'expandEnvironment').trim() === 'true';
    return { kind: 'absolute', path: requiredAttribute(absolute, 'path'), expandEnvironment };
  }
  const resource = childOf(directory, 'LocalResource');
  if (resource === undefined) throw new Error('DirectoryConfiguration has neither Absolute nor LocalResource');
  return { kind: 'localResource', name: requiredAttribute(resource, 'name'), relativePath: requiredAttribute(resource, 'relativePath') };
}
