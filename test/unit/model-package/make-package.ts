import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

export type Content = string | Uint8Array;
export type Files = Readonly<Record<string, Content>>;

/** Changes that tests make to a package: each is one way in which a package can be wrong. */
export interface Tampering {
  /** Content that replaces an entry of the role part after its hash was taken. */
  readonly replaced?: Files;
  /** Entries of the role part that its manifest does not list. */
  readonly unlisted?: Files;
  /** ServiceDefinition.csdef and .rd of a real package. */
  readonly real?: { readonly definition: string; readonly serviceModel: string };
  readonly keytype?: string;
  readonly hash?: string;
  /** Bytes of the role part itself, its hash taken afterwards. */
  readonly rolePart?: (bytes: Buffer) => Buffer;
  /** Bytes of the whole package. */
  readonly whole?: (bytes: Buffer) => Buffer;
  /** Whether the role part is compressed in the package. */
  readonly compressedTwice?: boolean;
}

export const definition = '<ServiceDefinition name="Tally" />';

/** A .cspkg in the default format, as PL 7 describes it. */
export async function makeCspkg(role: string, files: Files, tampering: Tampering = {}): Promise<Buffer> {
  const cssx = await innerZip(prefixed(files), tampering);
  const software = softwareIn(tampering.real?.serviceModel, role) ?? `${role}_1.cssx`;
  const model =
    tampering.real?.serviceModel ??
    `<serviceModel><groups><group><components><groupHascomponents><role name="${role}" software="${software}" /></groupHascomponents></components></group></groups></serviceModel>`;
  const nothing = 'E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855';
  const parts: Files = {
    [software]: tampering.rolePart?.(cssx) ?? cssx,
    'SMPackage_2.csmx': await innerZip({ 'ServiceDefinition.rd': model, 'servicedefinition.rdsc': '<a />' }),
    'SDPackage_3.csdx': await innerZip({ 'ServiceDefinition.csdef': tampering.real?.definition ?? definition }),
    'NamedStreamPackage_4.csnsx': await innerZip({ [`SupportData/${role}/1.0`]: '<SupportData />' }, { hash: nothing }),
  };
  const targets = {
    SERVICEMODEL: '/SMPackage_2.csmx',
    SERVICEDESCRIPTION: '/SDPackage_3.csdx',
    NAMEDSTREAMPACKAGE: '/NamedStreamPackage_4.csnsx',
    MANIFEST: '/5.csman',
  };
  const bytes = await zip({ ...parts, ...framing(parts, targets, tampering.keytype ?? '1') }, tampering.compressedTwice === true);
  return tampering.whole?.(bytes) ?? bytes;
}

function softwareIn(serviceModel: string | undefined, role: string): string | undefined {
  return new RegExp(`<role name="${role}"[^>]* software="([^"]*)"`).exec(serviceModel ?? '')?.[1];
}

/** A .cspkg in the other format (PL 8); equal contents are stored once. */
export function makeCtpPackage(role: string, files: Files, hashOf: (content: Content) => string = base64): Promise<Buffer> {
  const contents = new Map<string, Content>([['ServiceDefinition/ServiceDefinition.csdef', definition]]);
  const layout = Object.entries(files).map(([path, content]) => {
    const name = `LocalContent/${sha256(content).slice(0, 32)}`;
    contents.set(name, content);
    return `<FileDefinition><FilePath>\\${path.replaceAll('/', '\\')}</FilePath><FileDescription><DataContentReference>${name}</DataContentReference></FileDescription></FileDefinition>`;
  });
  const described = [...contents].map(
    ([name, content]) =>
      `<ContentDefinition><Name>${name}</Name><ContentDescription><LengthInBytes>1</LengthInBytes><IntegrityCheckHashAlgortihm>Sha256</IntegrityCheckHashAlgortihm><IntegrityCheckHash>${hashOf(content)}</IntegrityCheckHash><DataStorePath>${name}</DataStorePath></ContentDescription></ContentDefinition>`,
  );
  const packageXml = `<PackageDefinition xmlns="http://schemas.microsoft.com/windowsazure"><PackageContents>${described.join('')}</PackageContents><PackageLayouts><LayoutDefinition><Name>Roles/${role}</Name><LayoutDescription>${layout.join('')}</LayoutDescription></LayoutDefinition></PackageLayouts></PackageDefinition>`;
  return zip({ 'package.xml': packageXml, ...Object.fromEntries(contents) }, true);
}

export function zip(files: Files, compress: boolean): Promise<Buffer> {
  const file = new ZipFile();
  for (const [name, content] of Object.entries(files)) file.addBuffer(Buffer.from(content), name, { compress, mode: 0o644 });
  file.end();
  return buffer(file.outputStream);
}

function innerZip(files: Files, tampering: Tampering = {}): Promise<Buffer> {
  const framed = framing(files, { MANIFEST: '/6.csman' }, '1', tampering.hash);
  const entries = Object.entries({ ...files, ...tampering.replaced, ...tampering.unlisted, ...framed });
  return zip(Object.fromEntries(entries.map(([name, content]) => [entryName(name), content])), true);
}

function prefixed(files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [`\\${path.replaceAll('/', '\\')}`, content]));
}

/** The manifest's name of a part as the name of its entry: escaped, as System.IO.Packaging does. */
function entryName(name: string): string {
  const path = name.replaceAll('\\', '/').replace(/^\//, '');
  // The zip writer refuses what no honest packager would write, so such parts stand under a harmless name.
  return path.split('/').map(escaped).join('/');
}

function escaped(step: string): string {
  return step === '..' || step === '' || step.includes(':') ? 'x' : step.startsWith('[') ? step : encodeURIComponent(step);
}

function framing(files: Files, targets: Readonly<Record<string, string>>, keytype: string, hash?: string): Files {
  const items = Object.entries(files).map(
    ([name, content]) =>
      `<Item name="${name}" hash="${hash ?? sha256(content).toUpperCase()}" uri="/${entryName(name)}" created="1" modified="1" />`,
  );
  const manifest = `\uFEFF<PackageManifest version="2"><Encryption keytype="${keytype}" /><Contents hashtype="1">${items.join('')}</Contents><NamedStreams /></PackageManifest>`;
  const relationships = Object.entries(targets).map(([id, target]) => `<Relationship Type="t" Target="${target}" Id="${id}" />`);
  return {
    '_rels/.rels': `<Relationships>${relationships.join('')}</Relationships>`,
    '[Content_Types].xml': '<Types />',
    [targets.MANIFEST?.slice(1) ?? '']: manifest,
  };
}

function sha256(content: Content): string {
  return createHash('sha256').update(content).digest('hex');
}

function base64(content: Content): string {
  return createHash('sha256').update(content).digest('base64');
}
