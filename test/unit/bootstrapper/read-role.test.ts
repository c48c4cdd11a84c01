import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readRole } from '../../../bootstrapper/read-role.ts';
import type { RoleModel, TaskModel } from '../../../contracts/role-model.ts';
import { writeRoleEnvironment } from '../../../model/role-environment/write-role-environment.ts';
import { writeRoleModel } from '../../../model/role-model/write-role-model.ts';
import { driveLayout } from '../../../sandbox/drive-layout.ts';
import { vmDocument } from '../sandbox/vm.ts';

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'rolevm-read-role-'));
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

function task(relativePath: string, environment: TaskModel['environment'] = []): TaskModel {
  return { commandLine: 'a.js', executionContext: 'limited', taskType: 'simple', relativePath, environment };
}

/** The role that a bootstrapper reads from drives with these plug-ins, whose settings have these values. */
function read(tasks: readonly TaskModel[], pluginSettings: RoleModel['pluginSettings'], values: Readonly<Record<string, string>>) {
  const vm = vmDocument();
  const layout = driveLayout(root, vm);
  const runtime = {
    executionContext: 'limited',
    environment: [],
    entryPoint: { kind: 'ProgramEntryPoint', commandLine: 'node a.js', setReadyOnProcessStart: true },
  } as const;
  const model = { name: vm.roleName, version: '2.9', tasks, runtime, sites: [], properties: {}, pluginSettings };
  const currentInstance = {
    id: vm.instanceId,
    roleName: vm.roleName,
    updateDomain: 0,
    faultDomain: 0,
    configurationSettings: Object.entries(values).map(([name, value]) => ({ name, value })),
    localResources: [],
    endpoints: [],
  };
  for (const place of [layout.roleModel, layout.roleEnvironment]) fs.mkdirSync(path.dirname(place.host), { recursive: true });
  fs.writeFileSync(layout.roleModel.host, writeRoleModel(model));
  const deployment = { id: vm.deploymentId, emulated: false };
  fs.writeFileSync(layout.roleEnvironment.host, writeRoleEnvironment({ deployment, currentInstance, roles: [] }));
  return readRole(vm, layout);
}

it('startup tasks find the settings of plug-ins under @Name, and the role host does not', () => {
  const role = read([task('approot\\')], [{ name: 'ConnectionString', nameSpace: 'X.Diagnostics' }], {
    'X.Diagnostics.ConnectionString': 'c',
    'The.Role.Own': 'o',
  });
  expect(role.tasks[0]?.environment['@ConnectionString']).toBe('c');
  expect(Object.keys(role.tasks[0]?.environment ?? {}).filter((name) => name.startsWith('@'))).toEqual(['@ConnectionString']);
  expect(Object.keys(role.hostEnvironment).filter((name) => name.startsWith('@'))).toEqual([]);
});

it('the task of a plug-in finds its own setting where two modules have one of the same name', () => {
  const of = (module: string) => task(`plugins\\${module}`, [{ name: 'RdModuleName', value: module }]);
  const settings = ['X.RemoteAccess', 'X.RemoteForwarder'].map((nameSpace) => ({ name: 'Enabled', nameSpace }));
  const values = { 'X.RemoteAccess.Enabled': 'of access', 'X.RemoteForwarder.Enabled': 'of forwarder' };
  const { tasks } = read([of('RemoteAccess'), of('RemoteForwarder')], settings, values);
  expect(tasks.map(({ environment }) => environment['@Enabled'])).toEqual(['of access', 'of forwarder']);
});

it('a variable that a task declares itself wins over a setting', () => {
  const { tasks } = read([task('approot\\', [{ name: '@Depth', value: 'own' }])], [{ name: 'Depth', nameSpace: 'X' }], {
    'X.Depth': 'set',
  });
  expect(tasks[0]?.environment['@Depth']).toBe('own');
});
