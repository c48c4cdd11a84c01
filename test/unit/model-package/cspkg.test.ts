import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type PackageLimits, packageLimits } from '../../../model/package/budget.ts';
import { extractRole } from '../../../model/package/extract-role.ts';
import { openServicePackage } from '../../../model/package/open-service-package.ts';
import { writeRoleModel } from '../../../model/role-model/write-role-model.ts';
import { definition, type Files, makeCspkg, makeCtpPackage, type Tampering, zip } from './make-package.ts';
import { serviceModel, webRole, workerRole } from './service-model.ts';
import { temporaryFolder } from './temporary-folder.ts';

const roleModel = writeRoleModel({
  name: 'Counter',
  version: '2.9.7499.7',
  tasks: [],
  runtime: { executionContext: 'limited', environment: [], entryPoint: { kind: 'NetFxEntryPoint', assemblyName: 'Counter.dll' } },
  sites: [],
  properties: {},
  pluginSettings: [],
});
/** Too large to be unpacked in one piece. */
const large = 'abcdefgh'.repeat(300_000);
const files: Files = {
  'RoleModel.xml': `\uFEFF${roleModel}`,
  '__entrypoint.txt': 'Counter.dll',
  'approot/Counter.dll': 'code',
  'approot/a file.js': 'x'.repeat(200_000),
  'approot/large.bin': large,
  'approot/empty.txt': '',
  'base/x64/WaHostBootstrapper.exe': 'MZ',
  'plugins/RemoteAccess/RemoteAccessAgent.exe': 'MZ',
};
const model = serviceModel(workerRole('Counter'));
const failing = (code: string, text = '') => expect.objectContaining({ name: 'UserError', code, message: expect.stringContaining(text) });

async function written(bytes: Buffer): Promise<string> {
  const folder = temporaryFolder({ 'Tally.cscfg': '<ServiceConfiguration />' });
  writeFileSync(join(folder, 'Tally.cspkg'), bytes);
  return join(folder, 'Tally.cspkg');
}

/** Opens a package, reads its roles and extracts the first. */
async function unpack(bytes: Buffer, limits: PackageLimits = packageLimits) {
  const path = await written(bytes);
  const opened = await openServicePackage(path, { limits });
  try {
    const packaged = await opened.openRoles(model);
    const drive = temporaryFolder();
    if (packaged.roles[0] !== undefined) await extractRole(packaged.roles[0], drive);
    return { ...packaged, opened, drive, path };
  } finally {
    await opened.close();
  }
}

const tampered = async (tampering: Tampering, content: Files = files) => unpack(await makeCspkg('Counter', content, tampering));

describe.each([
  ['the default format', (content: Files) => makeCspkg('Counter', content)],
  ['the CTP format', (content: Files) => makeCtpPackage('Counter', content)],
])('a .cspkg in %s', (_format, make) => {
  it('gives definition, configuration and the role as it was packed, apart from base\\', async () => {
    const { opened, roles, drive, path, notices } = await unpack(await make(files));
    expect(opened.kind).toBe('cspkg');
    expect(Buffer.from(opened.definition.bytes).toString()).toBe(definition);
    expect(opened.configuration.name).toBe(join(path, '../Tally.cscfg'));
    expect(roles[0]).toMatchObject({
      name: 'Counter',
      kind: 'WorkerRole',
      model: { runtime: { entryPoint: { assemblyName: 'Counter.dll' } } },
    });
    const expected = Object.entries(files).filter(([name]) => !name.startsWith('base/'));
    expect(roles[0]?.files.map((file) => file.path)).toEqual(expected.map(([name]) => name));
    for (const [name, content] of expected) expect(readFileSync(join(drive, name), 'utf8')).toBe(content);
    expect(notices.map((notice) => notice.code)).toEqual(['RV1435']);
  });

  it('has the digest of the same role in another format', async () => {
    const other = await unpack(await makeCtpPackage('Counter', files));
    expect((await unpack(await make(files))).digest).toBe(other.digest);
  });

  it.each(['approot/../../x', '../x', 'C:/x', '/x', '//server/share/x', 'approot/NUL.txt', 'approot/a:b', 'approot/x.'])(
    'is refused for a file that its packager calls %s',
    async (name) => {
      await expect(unpack(await make({ ...files, [name]: 'x' }))).rejects.toThrow(failing('RV1421'));
    },
  );

  it('is refused for two files that are one on Windows', async () => {
    await expect(unpack(await make({ ...files, 'approot/COUNTER.dll': 'y' }))).rejects.toThrow(/^.*(?:same name|two entries).*$/);
  });

  it('is refused without RoleModel.xml, and with one that is no role model', async () => {
    const { 'RoleModel.xml': _left, ...without } = files;
    await expect(unpack(await make(without))).rejects.toThrow(failing('RV1434', 'it is missing'));
    await expect(unpack(await make({ ...files, 'RoleModel.xml': '<a/>' }))).rejects.toThrow(failing('RV1434', 'the root element is a'));
  });

  it.each([
    ['files', { ...packageLimits, files: 7 }],
    ['bytes in one file', { ...packageLimits, fileBytes: 2_399_999 }],
    ['bytes altogether', { ...packageLimits, totalBytes: 2_600_000 }],
  ])('is refused when it has too many %s', async (_what, limits) => {
    await expect(unpack(await make(files), limits)).rejects.toThrow(failing('RV1425'));
  });

  it('is refused when it lacks the files of a role', async () => {
    const opened = await openServicePackage(await written(await make(files)));
    await expect(opened.openRoles(serviceModel(workerRole('Other')))).rejects.toThrow(failing('RV1431'));
    await opened.close();
  });
});

describe('a .cspkg in the default format', () => {
  it('is not refused for the hashes of its named streams, which are those of nothing in every real package', async () => {
    expect((await unpack(await makeCspkg('Counter', files))).roles).toHaveLength(1);
  });

  it('is refused when a file is not what the manifest promises', async () => {
    await expect(tampered({ replaced: { '\\approot\\Counter.dll': 'evil' } })).rejects.toThrow(failing('RV1433', 'Counter.dll'));
    await expect(tampered({ replaced: { '\\approot\\large.bin': large.replace('a', 'b') } })).rejects.toThrow(
      failing('RV1433', 'large.bin'),
    );
  });

  it('is refused when a role part is not what the manifest promises', async () => {
    const whole = (bytes: Buffer) => flip(bytes, bytes.indexOf('PK\u0003\u0004', 4) + 100);
    await expect(tampered({ whole })).rejects.toThrow(failing('RV1433', '.cssx'));
  });

  it('leaves out, with a warning, what its manifest does not list', async () => {
    const { notices, roles } = await tampered({ unlisted: { '\\approot\\extra.js': 'x' } });
    expect(notices.map((notice) => notice.code)).toEqual(['RV1435', 'RV1436']);
    expect(roles[0]?.files.map((file) => file.path)).not.toContain('approot/extra.js');
  });

  it('is refused when its manifest says that it is encrypted, or when a part is no zip file', async () => {
    await expect(tampered({ keytype: '2' })).rejects.toThrow(failing('RV1432', 'only Azure has the key'));
    await expect(tampered({ rolePart: (bytes) => Buffer.alloc(bytes.length, 7) })).rejects.toThrow(failing('RV1432'));
  });

  it('is refused when an entry of the zip file itself would leave the drive', async () => {
    const hostile = { ...files, 'approot/zzzzzzzz': 'x' };
    const rolePart = (bytes: Buffer) => renamed(bytes, 'approot/zzzzzzzz', '../../../../zzzz');
    await expect(tampered({ rolePart }, hostile)).rejects.toThrow(failing('RV1421', 'would leave the drive'));
  });

  it.each([
    ['more than it says', 'approot/a%20file.js', 10, 'unpacks to more bytes than it says'],
    ['less than it says', 'approot/a%20file.js', 300_000, 'unpacks to another size than it says'],
    ['much more than it says', 'approot/large.bin', 1_100_000, 'too many bytes in the stream'],
    ['much less than it says', 'approot/large.bin', 9_000_000, 'not enough bytes in the stream'],
  ])('is refused when an entry unpacks to %s', async (_what, name, size, text) => {
    await expect(tampered({ rolePart: (bytes) => claimingSize(bytes, name, size) })).rejects.toThrow(failing('RV1431', text));
  });

  it('is refused when it is compressed twice', async () => {
    await expect(tampered({ compressedTwice: true })).rejects.toThrow(failing('RV1431', 'a second time'));
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['no zip file', Buffer.from('MZ'.repeat(1_000))],
  ])('is refused when it is %s', async (_what, bytes) => {
    await expect(unpack(bytes)).rejects.toThrow(failing('RV1431', 'not a readable package'));
  });

  it('is refused when it is a zip file of something else', async () => {
    await expect(unpack(await zip({ 'a.txt': 'x' }, true))).rejects.toThrow(failing('RV1431', 'it has no manifest'));
  });

  it('is refused in one sentence wherever it is cut off or one byte of its directory is wrong', async () => {
    const good = await makeCspkg('Counter', { 'RoleModel.xml': roleModel, 'approot/Counter.dll': 'code' });
    for (let at = 1; at < good.length; at += 211) {
      await expect(unpack(good.subarray(0, good.length - at))).rejects.toThrow(expect.objectContaining({ name: 'UserError' }));
    }
    for (let at = good.lastIndexOf('PK\u0001\u0002'); at < good.length; at += 5) {
      const outcome = await unpack(flip(good, at)).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toMatchObject({ name: 'UserError' });
    }
  });
});

describe('a .cspkg in the CTP format', () => {
  it('is refused when content is not what package.xml promises', async () => {
    const bytes = await makeCtpPackage('Counter', files, () => Buffer.alloc(32).toString('base64'));
    await expect(unpack(bytes)).rejects.toThrow(failing('RV1433'));
  });

  it('is refused when its hashes are of another kind', async () => {
    await expect(unpack(await makeCtpPackage('Counter', files, () => 'abcd'))).rejects.toThrow(failing('RV1431', 'not one of SHA-256'));
  });

  it('pays for content as often as it is laid out', async () => {
    const copies = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`approot/${n}.bin`, 'x'.repeat(1_000)]));
    const bytes = await makeCtpPackage('Counter', { ...files, ...copies });
    await expect(unpack(bytes, { ...packageLimits, totalBytes: 2_640_000 })).rejects.toThrow(failing('RV1425'));
  });
});

describe('a package file', () => {
  it('can be replaced while it is held open, without a mixture of the two', async () => {
    const path = await written(await makeCspkg('Counter', files));
    const opened = await openServicePackage(path);
    const [role] = (await opened.openRoles(model)).roles;
    writeFileSync(path, await makeCspkg('Counter', { ...files, 'approot/Counter.dll': 'other' }));
    const drive = temporaryFolder();
    if (role !== undefined) await expect(extractRole(role, drive)).rejects.toThrow(expect.objectContaining({ name: 'UserError' }));
    await opened.close();
  });

  it('makes a web role without sites hosted web core', async () => {
    const opened = await openServicePackage(await written(await makeCspkg('Counter', files)));
    expect((await opened.openRoles(serviceModel(webRole('Counter')))).roles[0]?.kind).toBe('HWCWebRole');
    await opened.close();
  });
});

function flip(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed.writeUInt8(changed.readUInt8(at) ^ 0x40, at);
  return changed;
}

function renamed(bytes: Buffer, from: string, to: string): Buffer {
  return Buffer.from(bytes.toString('latin1').replaceAll(from, to), 'latin1');
}

/** Makes the directory of a zip file claim another unpacked size for one entry. */
function claimingSize(bytes: Buffer, name: string, size: number): Buffer {
  const changed = Buffer.from(bytes);
  const nameAt = changed.lastIndexOf(name);
  changed.writeUInt32LE(size, nameAt - 46 + 24);
  return changed;
}
