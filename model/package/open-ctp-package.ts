import type { ServiceModel, ServiceRole } from '../../contracts/service-model.ts';
import { childOf, childrenOf, type Element } from '../element-tree/element-tree.ts';
import { quote } from '../quote.ts';
import { type Archive, type ArchivePart, damagedPackage } from './archive.ts';
import type { Budget } from './budget.ts';
import type { OpenedFormat } from './open-cspkg.ts';
import { type PackagedRole, packagedRole, roleModelBytes } from './packaged-role.ts';
import { findPart, parse } from './part-manifest.ts';
import { modelFileBytes } from './read-bytes.ts';
import { type PromisedHash, partContent, readVerified } from './verified-part.ts';

/** 100,000 files with content and layout have some 60 MB. */
const packageXmlBytes = 67_108_864;

interface Content {
  readonly part: ArchivePart;
  readonly hash: PromisedHash;
}

/**
 * The other format of a .cspkg (PL 8, /useCtpPackageFormat): one zip file whose package.xml lists contents once and lays them out per role.
 *
 * @throws UserError RV1431, RV1433; of its `openRoles` RV1425 as well
 */
export async function openCtpPackage(archive: Archive): Promise<OpenedFormat> {
  const part = findPart(archive, 'package.xml');
  if (part === undefined) throw damagedPackage(archive.name, 'it has no package.xml');
  const root = parse(await readVerified(part, undefined, archive.name, packageXmlBytes), archive, part.name, packageXmlBytes);
  const contents = contentsOf(root, archive);
  const definition = contents.get('ServiceDefinition/ServiceDefinition.csdef');
  if (definition === undefined) throw damagedPackage(archive.name, 'it lacks ServiceDefinition.csdef');
  return {
    definition: {
      name: `${archive.name}/ServiceDefinition/ServiceDefinition.csdef`,
      bytes: await readVerified(definition.part, definition.hash, archive.name, modelFileBytes),
    },
    async openRoles(model: ServiceModel, budget: Budget) {
      const packaged: PackagedRole[] = [];
      for (const role of model.roles) {
        if (role.kind !== 'VirtualMachineRole') packaged.push(await openRole(archive, root, contents, role, budget));
      }
      return packaged;
    },
  };
}

function contentsOf(root: Element, archive: Archive): ReadonlyMap<string, Content> {
  const definitions = childrenOf(childOf(root, 'PackageContents'), 'ContentDefinition');
  return new Map(definitions.map((definition) => [textOf(definition, 'Name'), contentOf(definition, archive)]));
}

function contentOf(definition: Element, archive: Archive): Content {
  const description = childOf(definition, 'ContentDescription');
  const path = textOf(description, 'DataStorePath');
  const part = findPart(archive, path);
  if (part === undefined) throw damagedPackage(archive.name, `${quote(path)} is in its package.xml but not in the package`);
  // The element's name is misspelt in the format itself.
  const algorithm = textOf(description, 'IntegrityCheckHashAlgortihm');
  if (algorithm === 'None') return { part, hash: undefined };
  const hash = Buffer.from(textOf(description, 'IntegrityCheckHash'), 'base64').toString('hex');
  if (algorithm !== 'Sha256' || hash.length !== 64) throw damagedPackage(archive.name, `the hash of ${quote(path)} is not one of SHA-256`);
  return { part, hash };
}

function openRole(
  archive: Archive,
  root: Element,
  contents: ReadonlyMap<string, Content>,
  role: ServiceRole,
  budget: Budget,
): Promise<PackagedRole> {
  const layouts = childrenOf(childOf(root, 'PackageLayouts'), 'LayoutDefinition');
  const layout = layouts.find((candidate) => textOf(candidate, 'Name') === `Roles/${role.name}`);
  if (layout === undefined) throw damagedPackage(archive.name, `it has no files of role ${quote(role.name)}`);
  const packed = childrenOf(childOf(layout, 'LayoutDescription'), 'FileDefinition').map((file) => {
    const name = textOf(file, 'FilePath').replace(/^[\\/]/, '');
    const reference = textOf(childOf(file, 'FileDescription'), 'DataContentReference');
    const item = contents.get(reference);
    if (item === undefined) throw damagedPackage(archive.name, `the content of ${quote(name)} is missing`);
    // The same content may be laid out a thousand times, so it is the layout that has to be paid for.
    budget.spend(item.part.size, name);
    return { name, size: item.part.size, item, content: partContent(item.part, item.hash, archive.name) };
  });
  return packagedRole(role, `${archive.name}/Roles/${role.name}`, packed, async ({ item }) =>
    (await readVerified(item.part, item.hash, archive.name, roleModelBytes)).toString('utf8'),
  );
}

function textOf(parent: Element | undefined, name: string): string {
  return childOf(parent, name)?.text ?? '';
}
