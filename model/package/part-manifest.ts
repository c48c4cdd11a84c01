import { childOf, childrenOf, type Element } from '../element-tree/element-tree.ts';
import { readElementTree } from '../element-tree/read-element-tree.ts';
import { quote } from '../quote.ts';
import { type Archive, type ArchivePart, damagedPackage, encryptedPackage } from './archive.ts';
import { readVerified } from './verified-part.ts';

/** A manifest of 100,000 items has some 25 MB. */
const manifestBytes = 33_554_432;
const relationshipsBytes = 1_048_576;

/** A part that a manifest lists. */
export interface ManifestItem {
  /** As the packager names it; in a role part a path that starts with a backslash. */
  readonly name: string;
  /** SHA-256 in lower case. */
  readonly hash: string;
  readonly part: ArchivePart;
}

export interface Manifest {
  readonly items: readonly ManifestItem[];
  /** Names of parts that the manifest does not list, apart from those that every package has. */
  readonly unlisted: readonly string[];
}

/** The targets of an archive's relationships by their Id, as names of parts (PL 7). */
export async function readRelationships(archive: Archive): Promise<ReadonlyMap<string, string>> {
  const part = archive.parts.get('_rels/.rels');
  if (part === undefined) return new Map();
  const root = parse(await readVerified(part, undefined, archive.name, relationshipsBytes), archive, '_rels/.rels');
  const internal = childrenOf(root, 'Relationship').filter((relationship) => relationship.attributes.TargetMode !== 'External');
  return new Map(internal.map(({ attributes }) => [attributes.Id ?? '', attributes.Target ?? '']));
}

/**
 * Reads the manifest of an archive: which parts it has and what their hashes are.
 *
 * @throws UserError RV1431 when it is missing, unreadable, or lists parts that are not there; RV1432 when it says that parts are encrypted
 */
export async function readManifest(archive: Archive, relationships: ReadonlyMap<string, string>): Promise<Manifest> {
  const target = relationships.get('MANIFEST');
  const part = target === undefined ? undefined : findPart(archive, target);
  if (part === undefined) throw damagedPackage(archive.name, 'it has no manifest');
  const root = parse(await readVerified(part, undefined, archive.name, manifestBytes), archive, part.name, manifestBytes);
  if (root.name !== 'PackageManifest') throw damagedPackage(archive.name, `its manifest is a ${root.name}`);
  // 1 is plain (PL 7); what the others are, only Azure knows.
  if ((childOf(root, 'Encryption')?.attributes.keytype ?? '1') !== '1') throw encryptedPackage(archive.name);
  const contents = childOf(root, 'Contents');
  if (contents?.attributes.hashtype !== '1') throw damagedPackage(archive.name, 'its manifest does not use SHA-256');
  const items = childrenOf(contents, 'Item').map((item) => itemOf(archive, item));
  const listed = new Set(items.map((item) => item.part));
  return {
    items,
    unlisted: [...archive.parts.values()].filter((other) => !listed.has(other) && !isFraming(other)).map((other) => other.name),
  };
}

/** A part by the name that a relationship or a manifest gives: with a leading slash, and escaped as in an address. */
export function findPart(archive: Archive, uri: string): ArchivePart | undefined {
  const name = uri.replace(/^[\\/]/, '').replaceAll('\\', '/');
  return archive.parts.get(name.toLowerCase()) ?? archive.parts.get(unescaped(name).toLowerCase());
}

/** A document of a package, without its byte order mark. */
export function parse(bytes: Uint8Array, archive: Archive, name: string, maximum?: number): Element {
  try {
    return readElementTree(new TextDecoder('utf-8', { fatal: true }).decode(bytes), maximum);
  } catch (error) {
    throw damagedPackage(archive.name, `${quote(name)}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function itemOf(archive: Archive, item: Element): ManifestItem {
  const name = item.attributes.name ?? '';
  const part = findPart(archive, item.attributes.uri ?? name);
  if (part === undefined) throw damagedPackage(archive.name, `${quote(name)} is in its manifest but not in the package`);
  const hash = item.attributes.hash?.toLowerCase() ?? '';
  if (!/^[0-9a-f]{64}$/.test(hash)) throw damagedPackage(archive.name, `the hash of ${quote(name)} is not one of SHA-256`);
  return { name, hash, part };
}

function unescaped(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** Relationships, content types and manifests, the platform's own signed one among them (PL 7), are about parts and no content. */
function isFraming({ name }: ArchivePart): boolean {
  return name === '[Content_Types].xml' || /(?:^|\/)_rels\/[^/]*\.rels$/.test(name) || /^[^/]+\.csman$/i.test(name);
}
