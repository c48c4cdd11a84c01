import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { WebRole, WorkerRole } from '../../../contracts/service-model.ts';
import { packageLimits } from '../../../model/package/budget.ts';
import { extractRole } from '../../../model/package/extract-role.ts';
import { openServicePackage } from '../../../model/package/open-service-package.ts';
import type { RolePackage } from '../../../model/package/service-package.ts';
import { readRoleModel } from '../../../model/role-model/read-role-model.ts';
import { serviceModel, site, webRole, workerRole } from './service-model.ts';
import { addFiles, temporaryFolder } from './temporary-folder.ts';

const onPosix = process.platform !== 'win32';
const service = { 'ServiceDefinition.csdef': '<ServiceDefinition />', 'ServiceConfiguration.cscfg': '<ServiceConfiguration />' };
const at = { line: 1, column: 1, attributes: {} };
const program = {
  at,
  executionContext: 'limited',
  environment: [],
  entryPoint: { at, kind: 'ProgramEntryPoint', commandLine: 'node server.js', setReadyOnProcessStart: true },
} as const;

async function open(folder: string, ...roles: readonly (WebRole | WorkerRole)[]) {
  return (await openServicePackage(folder)).openRoles(serviceModel(...roles));
}

async function pathsOf(folder: string, ...roles: readonly (WebRole | WorkerRole)[]) {
  const [role] = (await open(folder, ...roles)).roles;
  return role?.files.map((file) => file.path);
}

const failing = (code: string, text = '') => expect.objectContaining({ name: 'UserError', code, message: expect.stringContaining(text) });

describe('a service folder', () => {
  it('gives each role its folder as approot, RoleModel.xml and __entrypoint.txt', async () => {
    const folder = temporaryFolder({ ...service, 'counter/Counter.dll': 'x', 'counter/node_modules/a/index.js': 'y' });
    expect(await pathsOf(folder, workerRole('Counter'))).toEqual([
      'approot/Counter.dll',
      'approot/node_modules/a/index.js',
      'RoleModel.xml',
      '__entrypoint.txt',
    ]);
  });

  it('leaves the state of rolevm and of git out', async () => {
    const folder = temporaryFolder({ ...service, 'R/R.dll': 'x', 'R/.git/HEAD': 'x', 'R/.rolevm/state.json': 'x', 'R/.gitignore': 'x' });
    expect(await pathsOf(folder, workerRole('R'))).toEqual(['approot/.gitignore', 'approot/R.dll', 'RoleModel.xml', '__entrypoint.txt']);
  });

  it('puts the tasks of a worker into approot and those of a web role into approot\\bin', async () => {
    const task = { commandLine: 'a.cmd > a.log', executionContext: 'elevated', taskType: 'background' } as const;
    const environment = [
      { at, name: 'A', value: '1' },
      { at, name: 'B' },
      { at, name: 'C', roleInstanceValue: { at, xpath: '/RoleEnvironment/Deployment/@id' } },
    ];
    const startup = { at, priority: 0, tasks: [{ at, ...task, environment }] };
    const folder = temporaryFolder({ ...service, 'W/W.dll': '', 'S/server.js': '' });
    const { roles } = await open(folder, workerRole('W', { startup }), webRole('S', [site('Web')], { startup }));
    const variables = [{ name: 'A', value: '1' }, { name: 'B' }, { name: 'C', xpath: '/RoleEnvironment/Deployment/@id' }];
    expect(roles.map((role) => role.model.tasks)).toEqual([
      [{ ...task, relativePath: 'approot\\', environment: variables }],
      [{ ...task, relativePath: 'approot\\bin', environment: variables }],
    ]);
    expect(roles.map((role) => role.kind)).toEqual(['WorkerRole', 'IISWebRole']);
  });

  it('without sites makes a web role hosted web core', async () => {
    const folder = temporaryFolder({ ...service, 'S/bin/S.dll': '' });
    expect((await open(folder, webRole('S'))).roles[0]).toMatchObject({ kind: 'HWCWebRole', model: { sites: [] } });
  });

  it('serves a site of the role folder from approot and another one from sitesroot by its number', async () => {
    const folder = temporaryFolder({ ...service, 'S/index.html': '', 'Other/page.html': '' });
    const { roles } = await open(folder, webRole('S', [site('Web'), site('Second', '.\\other')]));
    expect(roles[0]?.model.sites.map((one) => one.physicalDirectory)).toEqual(['approot', 'sitesroot\\1']);
    expect(roles[0]?.files.map((file) => file.path)).toEqual(['approot/index.html', 'sitesroot/1/page.html', 'RoleModel.xml']);
  });

  it('names the site whose folder is missing', async () => {
    const folder = temporaryFolder({ ...service, 'S/index.html': '' });
    await expect(open(folder, webRole('S', [site('Web', '..\\Missing')]))).rejects.toThrow(failing('RV1408', 'of site'));
  });

  it('names the role whose folder is missing, and takes no way to another folder as a name', async () => {
    const folder = temporaryFolder({ ...service, 'S/S.dll': '' });
    await expect(open(folder, workerRole('R'))).rejects.toThrow(failing('RV1405', "'R'"));
    await expect(open(folder, workerRole('..'))).rejects.toThrow(failing('RV1405'));
    await expect(open(folder, workerRole('S/../S'))).rejects.toThrow(failing('RV1405'));
  });
});

describe('the entry point of a role', () => {
  it.each([
    ['called like the role in any case', ['counter.DLL', 'other.dll'], 'counter.DLL'],
    ['the only DLL', ['PDC.dll', 'server.js'], 'PDC.dll'],
    ['a module with an extension of its own', ['Counter.dll.mjs'], 'Counter.dll'],
    ['never one in a deeper folder', ['A.dll', 'node_modules/b/B.dll'], 'A.dll'],
  ])('is %s', async (_rule, files, assemblyName) => {
    const folder = temporaryFolder({ ...service, ...Object.fromEntries(files.map((file) => [`Counter/${file}`, ''])) });
    const { roles } = await open(folder, workerRole('Counter'));
    expect(roles[0]?.model.runtime.entryPoint).toEqual({ kind: 'NetFxEntryPoint', assemblyName, targetFrameworkVersion: 'v4.0' });
    expect(textOf(roles[0], '__entrypoint.txt')).toBe(assemblyName);
  });

  it('of a web role lies in bin', async () => {
    const folder = temporaryFolder({ ...service, 'Shop/bin/Shop.dll': '', 'Shop/Tool.dll': '' });
    const { roles } = await open(folder, webRole('Shop', [site('Web')]));
    expect(textOf(roles[0], '__entrypoint.txt')).toBe('bin\\Shop.dll');
  });

  it('may be missing in a web role, which then has no __entrypoint.txt', async () => {
    const folder = temporaryFolder({ ...service, 'Shop/server.js': '' });
    const { roles } = await open(folder, webRole('Shop', [site('Web')]));
    expect(roles[0]?.model.runtime).toEqual({ executionContext: 'limited', environment: [] });
    expect(roles[0]?.files.map((file) => file.path)).not.toContain('__entrypoint.txt');
  });

  it('is the program where one is stated, even beside a DLL', async () => {
    const folder = temporaryFolder({ ...service, 'R/R.dll': '' });
    const { roles } = await open(folder, workerRole('R', { runtime: program }));
    expect(roles[0]?.model.runtime.entryPoint).toMatchObject({ kind: 'ProgramEntryPoint', commandLine: 'node server.js' });
    expect(roles[0]?.files.map((file) => file.path)).not.toContain('__entrypoint.txt');
  });

  it('is missed in a worker without a program', async () => {
    const folder = temporaryFolder({ ...service, 'R/server.js': '' });
    await expect(open(folder, workerRole('R'))).rejects.toThrow(failing('RV1406', 'nothing to run'));
  });

  it('is not guessed among several', async () => {
    const folder = temporaryFolder({ ...service, 'R/a.dll': '', 'R/b.dll': '' });
    await expect(open(folder, workerRole('R'))).rejects.toThrow(failing('RV1407', 'a.dll, b.dll'));
  });

  it('that the definition names has to be there, and cannot lie elsewhere', async () => {
    const folder = temporaryFolder({ ...service, 'R/a.dll': '', 'R/b.dll': '' });
    const stating = (assemblyName: string) =>
      workerRole('R', {
        runtime: { at, executionContext: 'limited', environment: [], entryPoint: { at, kind: 'NetFxEntryPoint', assemblyName } },
      });
    expect((await open(folder, stating('B.dll'))).roles[0]?.model.runtime.entryPoint).toMatchObject({ assemblyName: 'b.dll' });
    await expect(open(folder, stating('c.dll'))).rejects.toThrow(failing('RV1406'));
    await expect(open(folder, stating('..\\c.dll'))).rejects.toThrow(failing('RV1421'));
  });
});

describe('what is found in a role folder', () => {
  const role = workerRole('R', { runtime: program });

  it.runIf(onPosix)('is refused when Windows could not have it on a drive', async () => {
    const folder = temporaryFolder({ ...service, 'R/a:b': '' });
    await expect(open(folder, role)).rejects.toThrow(failing('RV1421'));
  });

  it.runIf(process.platform === 'linux')('is refused when two names are one on Windows', async () => {
    const folder = temporaryFolder({ ...service, 'R/a.js': '', 'R/A.js': '' });
    await expect(open(folder, role)).rejects.toThrow(failing('RV1422'));
  });

  it.runIf(onPosix)('comes out by content where a link stays inside', async () => {
    const folder = temporaryFolder({ ...service, 'R/packages/a/cli.js': 'cli' });
    mkdirSync(join(folder, 'R/node_modules/.bin'), { recursive: true });
    symlinkSync('../../packages/a/cli.js', join(folder, 'R/node_modules/.bin/a'));
    symlinkSync('../packages/a', join(folder, 'R/node_modules/a'));
    const { roles } = await open(folder, role);
    const drive = temporaryFolder();
    if (roles[0] !== undefined) await extractRole(roles[0], drive);
    expect(readFileSync(join(drive, 'approot/node_modules/.bin/a'), 'utf8')).toBe('cli');
    expect(readFileSync(join(drive, 'approot/node_modules/a/cli.js'), 'utf8')).toBe('cli');
  });

  it.runIf(onPosix).each([
    ['leaves the role folder by a relative way', '../../outside', 'leaves the role folder'],
    ['leaves the role folder by an absolute way', '/etc/passwd', 'leaves the role folder'],
    ['leads to a folder beside it whose name only starts the same', '../R2', 'leaves the role folder'],
    ['points at nothing', 'missing', 'points at nothing'],
    ['comes round in a circle', '.', 'a folder that it lies in'],
    ['points at itself', 'link', 'points at nothing'],
  ])('is refused when a link %s', async (_rule, target, text) => {
    const folder = temporaryFolder({ 'outside/secret': '', 's/R/a.js': '', 's/R2/secret': '' });
    addFiles(join(folder, 's'), service);
    symlinkSync(target, join(folder, 's/R/link'));
    await expect(open(join(folder, 's'), role)).rejects.toThrow(failing('RV1423', text));
  });

  it.runIf(onPosix)('is refused when it is no file at all, without waiting for it', async () => {
    const folder = temporaryFolder({ ...service, 'R/a.js': '' });
    execFileSync('mkfifo', [join(folder, 'R/pipe')]);
    await expect(open(folder, role)).rejects.toThrow(failing('RV1424'));
  });

  it.each([
    ['files', { ...packageLimits, files: 3 }, 'more than 3 files'],
    ['bytes in one file', { ...packageLimits, fileBytes: 9 }, "'big' is larger than 9 bytes"],
    ['bytes altogether', { ...packageLimits, totalBytes: 12 }, 'larger than 12 bytes together'],
  ])('is refused when there are too many %s', async (_what, limits, text) => {
    const folder = temporaryFolder({ ...service, 'R/big': '0123456789', 'R/b': '1', 'R/c': '1', 'R/d': '1' });
    const opened = await openServicePackage(folder, { limits });
    await expect(opened.openRoles(serviceModel(role))).rejects.toThrow(failing('RV1425', text));
  });
});

describe('a role on its drive', () => {
  it('has the files as they were, RoleModel.xml with a byte order mark and __entrypoint.txt without a line end', async () => {
    const folder = temporaryFolder({ ...service, 'R/R.dll': 'code', 'R/deep/er/x.bin': new Uint8Array([0, 255, 1]) });
    const [role] = (await open(folder, workerRole('R'))).roles;
    const drive = temporaryFolder();
    if (role !== undefined) await extractRole(role, drive);
    expect(readFileSync(join(drive, 'approot/R.dll'), 'utf8')).toBe('code');
    expect([...readFileSync(join(drive, 'approot/deep/er/x.bin'))]).toEqual([0, 255, 1]);
    const roleModel = readFileSync(join(drive, 'RoleModel.xml'));
    expect([...roleModel.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(readRoleModel(roleModel.toString('utf8'))).toEqual(role?.model);
    expect(readFileSync(join(drive, '__entrypoint.txt'), 'utf8')).toBe('R.dll');
  });

  it('shares nothing with the service folder', async () => {
    const folder = temporaryFolder({ ...service, 'R/R.dll': 'old' });
    const [role] = (await open(folder, workerRole('R'))).roles;
    const drive = temporaryFolder();
    if (role !== undefined) await extractRole(role, drive);
    writeFileSync(join(drive, 'approot/R.dll'), 'new');
    expect(readFileSync(join(folder, 'R/R.dll'), 'utf8')).toBe('old');
  });

  it.runIf(onPosix)('can be patched although the file was read-only, and keeps the right to execute', async () => {
    const folder = temporaryFolder({ ...service, 'R/R.dll': '', 'R/run.sh': '' });
    chmodSync(join(folder, 'R/R.dll'), 0o444);
    chmodSync(join(folder, 'R/run.sh'), 0o755);
    const [role] = (await open(folder, workerRole('R'))).roles;
    const drive = temporaryFolder();
    if (role !== undefined) await extractRole(role, drive);
    expect(statSync(join(drive, 'approot/R.dll')).mode & 0o777).toBe(0o644);
    expect(statSync(join(drive, 'approot/run.sh')).mode & 0o111).toBe(0o111);
  });

  it('is written into an empty folder only', async () => {
    const folder = temporaryFolder({ ...service, 'R/R.dll': '' });
    const [role] = (await open(folder, workerRole('R'))).roles;
    if (role !== undefined) await expect(extractRole(role, folder)).rejects.toThrow('is not empty');
  });
});

describe('the digest of a service', () => {
  const digest = async (files: Record<string, string>) => (await open(temporaryFolder({ ...service, ...files }), workerRole('R'))).digest;

  it('is the same for the same content elsewhere', async () => {
    expect(await digest({ 'R/R.dll': 'a', 'R/b': '' })).toBe(await digest({ 'R/b': '', 'R/R.dll': 'a' }));
  });

  it.each([
    ['content of a file', { 'R/R.dll': 'b', 'R/b': '' }],
    ['name of a file', { 'R/R.dll': 'a', 'R/c': '' }],
    ['definition', { 'R/R.dll': 'a', 'R/b': '', 'ServiceDefinition.csdef': '<ServiceDefinition a="" />' }],
  ])('differs with the %s', async (_what, files) => {
    expect(await digest(files)).not.toBe(await digest({ 'R/R.dll': 'a', 'R/b': '' }));
  });
});

describe('the files of the service model', () => {
  const only = (...names: string[]) => temporaryFolder(Object.fromEntries(names.map((name) => [name, name])));
  const configurationOf = async (folder: string) => Buffer.from((await openServicePackage(folder)).configuration.bytes).toString();

  it.each([
    [['ServiceConfiguration.Cloud.cscfg', 'ServiceConfiguration.Local.cscfg'], 'ServiceConfiguration.Local.cscfg'],
    [['ServiceConfiguration.Cloud.cscfg', 'serviceconfiguration.cscfg'], 'serviceconfiguration.cscfg'],
    [['ServiceConfiguration.Cloud.cscfg', 'Test.cscfg'], 'ServiceConfiguration.Cloud.cscfg'],
    [['Test.cscfg'], 'Test.cscfg'],
  ])('of configurations %j are chosen as %s', async (names, chosen) => {
    expect(await configurationOf(only('ServiceDefinition.csdef', ...names))).toBe(chosen);
  });

  it('take the configuration that was given', async () => {
    const folder = only('ServiceDefinition.csdef', 'ServiceConfiguration.cscfg', 'x/Other.cscfg');
    const { configuration } = await openServicePackage(folder, { configuration: join(folder, 'x/Other.cscfg') });
    expect(configuration).toEqual({ name: join(folder, 'x/Other.cscfg'), bytes: Buffer.from('x/Other.cscfg') });
  });

  it('take the configuration that was named', async () => {
    const folder = only('ServiceDefinition.csdef', 'ServiceConfiguration.Local.cscfg', 'serviceConfiguration.cloud.cscfg');
    const { configuration } = await openServicePackage(folder, { configuration: 'Cloud' });
    expect(configuration.name).toBe(join(folder, 'serviceConfiguration.cloud.cscfg'));
    await expect(openServicePackage(folder, { configuration: 'Test' })).rejects.toThrow(
      failing('RV1403', 'ServiceConfiguration.Test.cscfg'),
    );
  });

  it.each([
    ['RV1401', ['a.cscfg']],
    ['RV1402', ['a.csdef', 'b.csdef', 'a.cscfg']],
    ['RV1403', ['a.csdef']],
    ['RV1404', ['a.csdef', 'a.cscfg', 'b.cscfg']],
  ])('give %s when a folder holds %j', async (code, names) => {
    await expect(openServicePackage(only(...names))).rejects.toThrow(failing(code));
  });

  it('give RV1401 where there is nothing or something else', async () => {
    const folder = only('readme.txt');
    await expect(openServicePackage(join(folder, 'missing'))).rejects.toThrow(failing('RV1401'));
    await expect(openServicePackage(join(folder, 'readme.txt'))).rejects.toThrow(failing('RV1401'));
  });

  it('give RV1002 when they are too large, unread', async () => {
    const folder = temporaryFolder({ 'a.csdef': Buffer.alloc(5_000_000), 'a.cscfg': '' });
    await expect(openServicePackage(folder)).rejects.toThrow(failing('RV1002'));
  });
});

function textOf(role: RolePackage | undefined, path: string): string {
  const content = role?.files.find((file) => file.path === path)?.content;
  return content?.kind === 'bytes' ? Buffer.from(content.bytes).toString() : '';
}
