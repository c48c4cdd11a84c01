import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RoleModel } from '../../../contracts/role-model.ts';
import { checkPackagedPrograms, checkTaskPrograms } from '../../../model/check-task-programs.ts';
import { pluginAgentOf } from '../../../model/modules/plugin-programs.ts';
import { openServicePackage } from '../../../model/package/open-service-package.ts';
import { readServiceModel } from '../../../model/read-service-model.ts';
import { temporaryFolder } from './temporary-folder.ts';

const definitions = 'http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceDefinition';
const configurations = 'http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceConfiguration';

/** A service with one worker that imports what is named and has a startup task of its own, packed. */
async function pack(role: string, settings: string, files: Readonly<Record<string, string>> = {}) {
  const folder = temporaryFolder({
    'Worker/Worker.dll': '',
    'ServiceDefinition.csdef': `<ServiceDefinition name="S" xmlns="${definitions}"><WorkerRole name="Worker">${role}</WorkerRole></ServiceDefinition>`,
    'ServiceConfiguration.cscfg': `<ServiceConfiguration serviceName="S" xmlns="${configurations}"><Role name="Worker"><Instances count="1" /><ConfigurationSettings>${settings}</ConfigurationSettings></Role></ServiceConfiguration>`,
    ...files,
  });
  const { model, diagnostics } = readServiceModel({
    definitionFile: join(folder, 'ServiceDefinition.csdef'),
    configurationFile: join(folder, 'ServiceConfiguration.cscfg'),
    pluginFolders: [join(folder, 'plugins')],
  });
  if (model === undefined) throw new Error(JSON.stringify(diagnostics));
  const { roles } = await (await openServicePackage(folder)).openRoles(model);
  const [packed] = roles;
  if (packed === undefined) throw new Error('no role was packed');
  return { model, diagnostics, role: packed };
}

function setting(name: string, value = ''): string {
  return `<Setting name="${name}" value="${value}" />`;
}

function csplugin(content: string): string {
  return `<RoleModule namespace="Own.Plugin" xmlns="${definitions}">${content}</RoleModule>`;
}

const tasksOf = (model: RoleModel) => model.tasks.map(({ relativePath, commandLine }) => `${relativePath}: ${commandLine}`);
const ownTask = '<Startup><Task commandLine="own.js" /></Startup>';

describe('imported modules in RoleModel.xml', () => {
  it('run by priority, ties in the order of the imports, the role’s own last', async () => {
    const { role } = await pack(
      `<Imports><Import moduleName="Late" /><Import moduleName="Early" /><Import moduleName="Diagnostics" /></Imports>${ownTask}`,
      '',
      {
        'plugins/Late/Late.csplugin': csplugin('<Startup><Task commandLine="late.js" /></Startup>'),
        'plugins/Early/Early.csplugin': csplugin('<Startup priority="-1"><Task commandLine="early.js" /></Startup>'),
      },
    );
    expect(tasksOf(role.model)).toEqual([
      'plugins\\Diagnostics: DiagnosticsAgent.exe',
      'plugins\\Diagnostics: DiagnosticsAgent.exe /blockStartup',
      'plugins\\Early: early.js',
      'plugins\\Late: late.js',
      'approot\\: own.js',
    ]);
  });

  it('give their tasks RdModuleName and WaRoleType behind their own variables, and the role’s tasks nothing', async () => {
    const task = '<Task commandLine="a.js"><Environment><Variable name="MINE" value="1" /></Environment></Task>';
    const { role } = await pack(`<Imports><Import moduleName="Own" /></Imports>${ownTask}`, '', {
      'plugins/Own/Own.csplugin': csplugin(`<Startup>${task}</Startup>`),
    });
    expect(role.model.tasks.map(({ environment }) => environment)).toEqual([
      [
        { name: 'MINE', value: '1' },
        { name: 'RdModuleName', value: 'Own' },
        { name: 'WaRoleType', value: 'WorkerRole' },
      ],
      [],
    ]);
  });

  it('list their settings in the order of the imports, whatever the priorities', async () => {
    const { role } = await pack(
      '<Imports><Import moduleName="Own" /><Import moduleName="Diagnostics" /></Imports>',
      setting('Own.Plugin.Depth') + setting('Microsoft.WindowsAzure.Plugins.Diagnostics.ConnectionString'),
      { 'plugins/Own/Own.csplugin': csplugin('<ConfigurationSettings><Setting name="Depth" /></ConfigurationSettings>') },
    );
    expect(role.model.pluginSettings).toEqual([
      { name: 'Depth', nameSpace: 'Own.Plugin' },
      { name: 'ConnectionString', nameSpace: 'Microsoft.WindowsAzure.Plugins.Diagnostics' },
    ]);
  });

  it('merge their runtime into the role’s: its own variables win, one elevated makes the role elevated', async () => {
    const variables = (value: string) => `<Environment><Variable name="MODE" value="${value}" /></Environment>`;
    const { role } = await pack(`<Runtime>${variables('role')}</Runtime><Imports><Import moduleName="Own" /></Imports>`, '', {
      'plugins/Own/Own.csplugin': csplugin(`<Runtime executionContext="elevated">${variables('module')}</Runtime>`),
    });
    expect(role.model.runtime).toMatchObject({
      executionContext: 'elevated',
      environment: [
        { name: 'MODE', value: 'module' },
        { name: 'MODE', value: 'role' },
      ],
    });
  });

  it('merge endpoints, stores and certificates under their full names', async () => {
    const { model } = await pack('<Imports><Import moduleName="Own" /></Imports>', '', {
      'plugins/Own/Own.csplugin': csplugin(
        '<Endpoints><InternalEndpoint name="In" protocol="tcp" /></Endpoints><LocalResources><LocalStorage name="Store" sizeInMB="5" /></LocalResources>',
      ),
    });
    expect(model.roles[0]?.internalEndpoints.map(({ name }) => name)).toEqual(['Own.Plugin.In']);
    expect(model.roles[0]?.localStorage.map(({ name }) => name)).toEqual(['Own.Plugin.Store', 'DiagnosticStore']);
  });

  it('of the service’s own are laid into plugins\\<Module> with all their files', async () => {
    const { role } = await pack('<Imports><Import moduleName="Own" /><Import moduleName="Diagnostics" /></Imports>', '', {
      'plugins/Own/Own.csplugin': csplugin('<Startup><Task commandLine="a.js" /></Startup>'),
      'plugins/Own/a.js': 'a',
      'plugins/Own/lib/b.js': 'b',
      'plugins/Unused/c.js': 'c',
    });
    expect(role.files.map(({ path }) => path).filter((path) => path.startsWith('plugins/'))).toEqual([
      'plugins/Own/Own.csplugin',
      'plugins/Own/a.js',
      'plugins/Own/lib/b.js',
    ]);
  });
});

describe('a task that needs a Windows shell', () => {
  const shellTask = csplugin('<Startup>\n<Task commandLine="setup.cmd" /></Startup>');

  it('of a module of one’s own is found at its place in the .csplugin', async () => {
    const { model, diagnostics } = await pack('<Imports><Import moduleName="Own" /></Imports>', '', {
      'plugins/Own/Own.csplugin': shellTask,
    });
    const found = { message: expect.stringContaining("Startup task 'setup.cmd' of module 'Own' needs cmd.exe"), line: 2 };
    expect(checkTaskPrograms(model)).toEqual([expect.objectContaining({ code: 'RV1501', ...found })]);
    expect(diagnostics.find(({ code }) => code === 'RV1916')).toMatchObject({
      ...found,
      file: expect.stringMatching(/plugins.Own.Own\.csplugin$/),
    });
  });

  it('of the SDK’s own modules is played, so it stands in nobody’s way, in a folder or in a package', async () => {
    const { model, role } = await pack(
      '<Imports><Import moduleName="RemoteForwarder" /></Imports>',
      setting('Microsoft.WindowsAzure.Plugins.RemoteForwarder.Enabled'),
    );
    expect(tasksOf(role.model)).toEqual(['plugins\\RemoteForwarder: install.cmd']);
    expect(checkTaskPrograms(model)).toEqual([]);
    expect(checkPackagedPrograms('S.cspkg', [role.model])).toEqual([]);
  });
});

describe('what plays a task', () => {
  it.each([
    ['plugins\\Diagnostics', 'DiagnosticsAgent.exe /blockStartup', 'DiagnosticsAgent'],
    ['plugins\\diagnostics\\', '.\\diagnosticsagent', 'DiagnosticsAgent'],
    ['plugins\\RemoteAccess', '"RemoteAccessAgent.exe"', 'RemoteAccessAgent'],
    ['plugins\\WebDeploy', 'ConfigureIIS.cmd > WebDeployConfig.log', 'PluginStandIn'],
  ])('%s, %s is %s', (relativePath, commandLine, agent) => {
    expect(pluginAgentOf({ relativePath, commandLine })).toBe(agent);
  });

  it.each([
    ['approot\\', 'DiagnosticsAgent.exe'],
    ['plugins\\Own', 'DiagnosticsAgent.exe'],
    ['plugins\\Diagnostics', 'constructor'],
    ['plugins\\constructor', 'name'],
    ['plugins\\Diagnostics\\deeper', 'DiagnosticsAgent.exe'],
  ])('%s, %s is nobody: the program runs as it is', (relativePath, commandLine) => {
    expect(pluginAgentOf({ relativePath, commandLine })).toBeUndefined();
  });
});
