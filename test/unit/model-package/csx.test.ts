import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { extractRole } from '../../../model/package/extract-role.ts';
import { openServicePackage } from '../../../model/package/open-service-package.ts';
import { corpusFiles, corpusMissing, corpusPath } from './corpus.ts';
import { serviceModel, webRole, workerRole } from './service-model.ts';
import { temporaryFolder } from './temporary-folder.ts';

const roleModel = '<RoleModel name="Counter" version="2.9"><Runtime /></RoleModel>';
const csx = {
  'ServiceDefinition.csdef': '<ServiceDefinition />',
  'roles/Counter/RoleModel.xml': roleModel,
  'roles/Counter/__entrypoint.txt': 'Counter.dll',
  'roles/Counter/approot/Counter.dll': 'code',
  'roles/Counter/base/x64/WaHostBootstrapper.exe': 'MZ',
};
const under = (folder: string, files: Record<string, string>) =>
  Object.fromEntries(Object.entries(files).map(([path, content]) => [`${folder}/${path}`, content]));
const failing = (code: string) => expect.objectContaining({ name: 'UserError', code });

describe('a .csx folder', () => {
  it('gives its roles as they are, apart from base\\', async () => {
    const folder = temporaryFolder({ ...csx, 'ServiceConfiguration.cscfg': '' });
    const opened = await openServicePackage(folder);
    const { roles, notices } = await opened.openRoles(serviceModel(workerRole('Counter')));
    expect(opened.kind).toBe('csx');
    expect(roles[0]?.files.map((file) => file.path)).toEqual(['RoleModel.xml', '__entrypoint.txt', 'approot/Counter.dll']);
    expect(notices).toMatchObject([{ code: 'RV1435', severity: 'info' }]);
    const drive = temporaryFolder();
    if (roles[0] !== undefined) await extractRole(roles[0], drive);
    expect(readFileSync(join(drive, 'RoleModel.xml'), 'utf8')).toBe(roleModel);
  });

  it.each([
    ['in it', 'local_package.csx', 'local_package.csx/a.cscfg'],
    ['beside it', 'local_package.csx', 'ServiceConfiguration.Local.cscfg'],
    ["above Visual Studio's csx\\Debug", 'csx/Debug', 'ServiceConfiguration.cscfg'],
  ])('has its configuration %s', async (_where, place, configuration) => {
    const folder = temporaryFolder({ ...under(place, csx), [configuration]: 'this' });
    expect((await openServicePackage(join(folder, place))).configuration.name).toBe(join(folder, configuration));
  });

  it('is refused when a role has no folder or RoleModel.xml says nothing', async () => {
    const opened = await openServicePackage(temporaryFolder({ ...csx, 'a.cscfg': '', 'roles/Broken/RoleModel.xml': '<a' }));
    await expect(opened.openRoles(serviceModel(workerRole('Other')))).rejects.toThrow(failing('RV1405'));
    await expect(opened.openRoles(serviceModel(workerRole('Broken')))).rejects.toThrow(failing('RV1434'));
  });
});

const realCsx = [...new Set(corpusFiles('RoleModel.xml').filter((path) => path.includes('/csx/')))];

describe.skipIf(corpusMissing)('a .csx folder of a real service (skipped without ../shared/corpus)', () => {
  it.each(realCsx)('%s gives its role', async (path) => {
    const [before = '', after = ''] = path.split('/csx/');
    const [, name = ''] = after.split('/');
    // Some have no definition in the corpus, and none its programs: the role itself is what is tested.
    const folder = temporaryFolder({ 'a.csx/ServiceDefinition.csdef': '<ServiceDefinition />', 'a.cscfg': '' });
    cpSync(corpusPath(before, 'csx', 'roles'), join(folder, 'a.csx/roles'), { recursive: true });
    const web = readFileSync(corpusPath(path), 'utf8').includes('<Sites>');
    const opened = await openServicePackage(join(folder, 'a.csx'));
    const { roles } = await opened.openRoles(serviceModel(web ? webRole(name) : workerRole(name)));
    expect(roles[0]).toMatchObject({ name, kind: web ? 'IISWebRole' : 'WorkerRole', model: { name } });
  });
});
