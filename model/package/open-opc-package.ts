import { readSync } from 'node:fs';
import type { Diagnostic } from '../../contracts/diagnostic.ts';
import type { ServiceModel, ServiceRole } from '../../contracts/service-model.ts';
import type { Element } from '../element-tree/element-tree.ts';
import { quote } from '../quote.ts';
import { type Archive, damagedPackage, encryptedPackage, type FileRange, openArchive } from './archive.ts';
import type { Budget, PackageLimits } from './budget.ts';
import type { OpenedFormat } from './open-cspkg.ts';
import { type PackagedRole, packagedRole, roleModelBytes } from './packaged-role.ts';
import { findPart, type Manifest, parse, readManifest, readRelationships } from './part-manifest.ts';
import { modelFileBytes } from './read-bytes.ts';
import { openVerified, partContent, readVerified } from './verified-part.ts';

const zipMark = Buffer.from('PK');

interface InnerPackage {
  readonly archive: Archive;
  readonly manifest: Manifest;
}

/**
 * The default format of a .cspkg (PL 7): a zip file of zip files, each with a manifest of hashes.
 *
 * The hashes of the inner zip files are checked at once, those of role files while they are read. The named streams (.csnsx) are not
 * opened: their manifest holds the hash of nothing in every real package, and nothing in there is needed.
 *
 * @throws UserError RV1431, RV1432, RV1433
 */
export async function openOpcPackage(outer: Archive, limits: PackageLimits): Promise<OpenedFormat> {
  const relationships = await readRelationships(outer);
  const manifest = await readManifest(outer, relationships);
  for (const { part, hash } of manifest.items) for await (const _chunk of await openVerified(part, hash, outer.name));
  const inner = (uri: string | undefined, budget?: Budget) => openInner(outer, manifest, uri, limits, budget);
  const description = await inner(relationships.get('SERVICEDESCRIPTION'));
  const serviceModel = await inner(relationships.get('SERVICEMODEL'));
  return {
    definition: { name: `${outer.name}/ServiceDefinition.csdef`, bytes: await readItem(description, 'ServiceDefinition.csdef') },
    async openRoles(model: ServiceModel, budget: Budget) {
      const softwareOf = softwareOfRoles(serviceModel.archive, await readItem(serviceModel, 'ServiceDefinition.rd'));
      const packaged: PackagedRole[] = [];
      for (const role of model.roles) {
        if (role.kind === 'VirtualMachineRole') continue;
        packaged.push(await openRole(await inner(softwareOf.get(role.name), budget), role));
      }
      return packaged;
    },
  };
}

async function openInner(
  outer: Archive,
  manifest: Manifest,
  uri: string | undefined,
  limits: PackageLimits,
  budget: Budget | undefined,
): Promise<InnerPackage> {
  const part = uri === undefined ? undefined : findPart(outer, uri);
  if (part === undefined) throw damagedPackage(outer.name, 'it lacks a part that every package has');
  if (!manifest.items.some((item) => item.part === part)) throw damagedPackage(outer.name, `${quote(part.name)} is not in its manifest`);
  const range = await part.range();
  if (range === undefined) throw damagedPackage(outer.name, `${quote(part.name)} is compressed a second time`);
  // What is no zip file although its hash is right was encrypted, as SDKs before 1.7 did with every role (PL 7).
  if (!startsLikeZip(range)) throw encryptedPackage(outer.name);
  const archive = await openArchive(range, `${outer.name}/${part.name}`, limits, budget);
  return { archive, manifest: await readManifest(archive, await readRelationships(archive)) };
}

function startsLikeZip(range: FileRange): boolean {
  const start = Buffer.alloc(2);
  return (
    range.length > start.length && readSync(range.descriptor, start, 0, start.length, range.start) === start.length && start.equals(zipMark)
  );
}

async function readItem({ archive, manifest }: InnerPackage, name: string): Promise<Buffer> {
  const item = manifest.items.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  if (item === undefined) throw damagedPackage(archive.name, `it lacks ${name}`);
  return readVerified(item.part, item.hash, archive.name, modelFileBytes);
}

/** Which role part belongs to which role says the service model's `software` (PL 2.2). */
function softwareOfRoles(archive: Archive, bytes: Uint8Array): ReadonlyMap<string, string> {
  const software = new Map<string, string>();
  const collect = (element: Element) => {
    const { name, software: file } = element.attributes;
    if (element.name === 'role' && name !== undefined && file !== undefined) software.set(name, file);
    for (const child of element.children) collect(child);
  };
  collect(parse(bytes, archive, 'ServiceDefinition.rd'));
  return software;
}

async function openRole({ archive, manifest }: InnerPackage, role: ServiceRole): Promise<PackagedRole> {
  const packed = manifest.items.map(({ name, hash, part }) => ({
    name: name.replace(/^[\\/]/, ''),
    size: part.size,
    item: { hash, part },
    content: partContent(part, hash, archive.name),
  }));
  const { role: opened, notices } = await packagedRole(role, archive.name, packed, async ({ item }) =>
    (await readVerified(item.part, item.hash, archive.name, roleModelBytes)).toString('utf8'),
  );
  return { role: opened, notices: manifest.unlisted.length === 0 ? notices : [...notices, unlistedLeftOut(archive, manifest)] };
}

function unlistedLeftOut(archive: Archive, { unlisted }: Manifest): Diagnostic {
  const names = unlisted.slice(0, 3).map(quote).join(', ');
  return {
    code: 'RV1436',
    severity: 'warning',
    message: `Entries that the manifest does not list are left out (${unlisted.length}): ${names}.`,
    file: archive.name,
    mend: 'Pack the service again if they belong to it.',
  };
}
