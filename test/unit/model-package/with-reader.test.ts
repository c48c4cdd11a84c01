import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { extractRole } from '../../../model/package/extract-role.ts';
import { openServicePackage } from '../../../model/package/open-service-package.ts';
import type { ServicePackage } from '../../../model/package/service-package.ts';
import { readServiceModel } from '../../../model/read-service-model.ts';
import { readRoleModel } from '../../../model/role-model/read-role-model.ts';
import { corpusFiles, corpusMissing, corpusPath } from './corpus.ts';
import { makeCspkg } from './make-package.ts';
import { temporaryFolder } from './temporary-folder.ts';

const sample = resolve(import.meta.dirname, '../../../samples/hello-worker');

/** The way that every service takes: opened, its model read from what was found, its roles opened with the model. */
async function rolesOf(opened: ServicePackage) {
  const { model, diagnostics } = readServiceModel({ definitionFile: opened.definition, configurationFile: opened.configuration });
  expect(diagnostics.filter((diagnostic) => diagnostic.severity === 'error')).toEqual([]);
  if (model === undefined) throw new Error('no model without errors');
  return { model, ...(await opened.openRoles(model)) };
}

describe('the sample service', () => {
  it('comes to its drives with an entry point, tasks and a program', async () => {
    const { roles } = await rolesOf(await openServicePackage(sample));
    const [greeter, server] = roles;
    const drive = temporaryFolder();
    if (greeter !== undefined) await extractRole(greeter, drive);
    expect(readdirSync(drive).sort()).toEqual(['RoleModel.xml', '__entrypoint.txt', 'approot']);
    const model = readRoleModel(readFileSync(join(drive, 'RoleModel.xml'), 'utf8'));
    expect(model.runtime.entryPoint).toMatchObject({ kind: 'NetFxEntryPoint', assemblyName: 'Greeter.dll' });
    expect(new Set(model.tasks.map((task) => task.taskType))).toEqual(new Set(['simple', 'background', 'foreground']));
    expect(server?.model.runtime.entryPoint?.kind).toBe('ProgramEntryPoint');
  });
});

const realCsx = corpusFiles('ServiceDefinition.csdef').filter((path) => path.endsWith('/csx/ServiceDefinition.csdef'));

describe.skipIf(corpusMissing)('a real .csx folder with its definition (skipped without ../shared/corpus)', () => {
  it.each(realCsx)('%s gives all its roles', async (path) => {
    // Three configure a setting of a module that they do not import, and are refused for it (SM 8).
    const made = path.includes('/DevReady')
      ? temporaryFolder({ 'a.cscfg': configurationFor(readFileSync(corpusPath(path), 'utf8')) })
      : undefined;
    const opened = await openServicePackage(dirname(corpusPath(path)), { configuration: made && join(made, 'a.cscfg') });
    const { model, roles } = await rolesOf(opened);
    expect(opened.kind).toBe('csx');
    expect(roles.map((role) => role.name)).toEqual(model.roles.map((role) => role.name));
    expect(roles.map((role) => role.model.name)).toEqual(model.roles.map((role) => role.name));
    for (const role of roles) expect(role.kind).toBe(role.model.sites.length > 0 ? 'IISWebRole' : 'WorkerRole');
  });
});

const realRoles = corpusFiles('RoleModel.xml').filter((path) => path.endsWith('/cspkg/cssx/RoleModel.xml'));

describe.skipIf(corpusMissing)('a package with the text parts of a real one (skipped without ../shared/corpus)', () => {
  it.each(realRoles)('%s gives its role', async (path) => {
    const part = (name: string) => readFileSync(corpusPath(path, '../..', name), 'utf8');
    const role = readRoleModel(part('cssx/RoleModel.xml'));
    const entryPoint: Record<string, string> = existsSync(corpusPath(path, '../__entrypoint.txt'))
      ? { '__entrypoint.txt': part('cssx/__entrypoint.txt') }
      : {};
    const files = {
      'RoleModel.xml': part('cssx/RoleModel.xml'),
      'RuntimeSetup.Manifest': part('cssx/RuntimeSetup.Manifest'),
      ...entryPoint,
    };
    const real = { definition: part('csdx/ServiceDefinition.csdef'), serviceModel: part('csmx/ServiceDefinition.rd') };
    const folder = temporaryFolder({ 'a.cscfg': configurationFor(real.definition) });
    writeFileSync(join(folder, 'a.cspkg'), await makeCspkg(role.name, files, { real }));
    const opened = await openServicePackage(join(folder, 'a.cspkg'));
    expect((await rolesOf(opened)).roles[0]).toMatchObject({ name: role.name, kind: 'IISWebRole', model: role });
    await opened.close();
  });
});

/** A configuration with everything that a flattened definition declares. */
function configurationFor(definition: string): string {
  const names = (element: string) =>
    [...definition.matchAll(new RegExp(`<${element}\\b[^>]*? name="([^"]*)"`, 'g'))].map((match) => match[1] ?? '');
  const settings = names('Setting').map((name) => `<Setting name="${name}" value="x" />`);
  const certificates = names('Certificate').map(
    (name) => `<Certificate name="${name}" thumbprint="${'0'.repeat(40)}" thumbprintAlgorithm="sha1" />`,
  );
  const roles = [...names('WebRole'), ...names('WorkerRole')].map(
    (name) =>
      `<Role name="${name}"><Instances count="1" /><ConfigurationSettings>${settings.join('')}</ConfigurationSettings><Certificates>${certificates.join('')}</Certificates></Role>`,
  );
  const namespace = 'http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceConfiguration';
  return `<ServiceConfiguration serviceName="${names('ServiceDefinition')[0]}" osFamily="4" xmlns="${namespace}">${roles.join('')}</ServiceConfiguration>`;
}
