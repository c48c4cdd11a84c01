import { closeSync, fstatSync, openSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ServiceModel } from '../../contracts/service-model.ts';
import { type Archive, type FileRange, openArchive } from './archive.ts';
import { type Budget, createBudget, type PackageLimits } from './budget.ts';
import { openCtpPackage } from './open-ctp-package.ts';
import { openOpcPackage } from './open-opc-package.ts';
import { packageDigest } from './package-digest.ts';
import type { PackagedRole } from './packaged-role.ts';
import { readFailure } from './read-failure.ts';
import type { NamedBytes, ServicePackage } from './service-package.ts';

/** What the two formats have in common. */
export interface OpenedFormat {
  readonly definition: NamedBytes;
  openRoles(model: ServiceModel, budget: Budget): Promise<readonly PackagedRole[]>;
}

/**
 * Opens a .cspkg file and holds it open until `close`, so that what was checked is what is extracted.
 *
 * @param path as the user types it
 * @throws UserError RV1431 when it is not a package, RV1432 when it is encrypted, RV1433 when it was altered
 */
export async function openCspkg(path: string, configuration: NamedBytes, limits: PackageLimits): Promise<ServicePackage> {
  const range = openRange(path);
  try {
    const archive = await openArchive(range, path, limits);
    const opened = isCtp(archive) ? await openCtpPackage(archive) : await openOpcPackage(archive, limits);
    return {
      kind: 'cspkg',
      servicePath: resolve(path),
      definition: opened.definition,
      configuration,
      async openRoles(model) {
        const packaged = await opened.openRoles(model, createBudget(limits));
        const roles = packaged.map(({ role }) => role);
        return {
          roles,
          digest: await packageDigest(opened.definition.bytes, roles),
          notices: packaged.flatMap(({ notices }) => notices),
        };
      },
      async close() {
        closeSync(range.descriptor);
      },
    };
  } catch (error) {
    closeSync(range.descriptor);
    throw error;
  }
}

function openRange(path: string): FileRange {
  try {
    const descriptor = openSync(path, 'r');
    return { descriptor, start: 0, length: fstatSync(descriptor).size };
  } catch (error) {
    throw readFailure(path, error);
  }
}

function isCtp(archive: Archive): boolean {
  return archive.parts.has('package.xml');
}
